import { compressionsAlgorithms } from "@platformatic/kafka";
import kafkajs from "kafkajs";

const { CompressionCodecs, CompressionTypes } = kafkajs;

interface Encoder {
  buffer: Buffer;
}

/**
 * Gives kafkajs the codecs it lacks (snappy, lz4, zstd), from @platformatic/kafka's own. Without them one lz4
 * record ends a kafkajs consumer. Process-wide, since kafkajs keeps one table; safe to call again.
 */
export function installCodecs(): void {
  const missing = [
    [CompressionTypes.Snappy, compressionsAlgorithms.snappy],
    [CompressionTypes.LZ4, compressionsAlgorithms.lz4],
    [CompressionTypes.ZSTD, compressionsAlgorithms.zstd],
  ] as const;
  for (const [type, algorithm] of missing) {
    CompressionCodecs[type] = () => ({
      compress: (encoder: Encoder) => Promise.resolve(algorithm.compressSync(encoder.buffer)),
      decompress: (data: Buffer) => Promise.resolve(algorithm.decompressSync(data)),
    });
  }
}
