const MAGIC = 0x184d2204;
const BLOCK_CHECKSUM = 1 << 4;
const CONTENT_SIZE = 1 << 3;
const CONTENT_CHECKSUM = 1 << 2;
const DICTIONARY_ID = 1;
const STORED = 0x80000000;
/** Copies go in eights and may write so many bytes past their end. */
const SLACK = 8;

/** Lz4Error says that bytes are not an LZ4 frame; it quotes none of them. */
export class Lz4Error extends Error {}

/**
 * decompressLz4 undoes LZ4 frames, one behind the other, with independent or linked blocks. Checksums within the frame
 * are not checked: a batch has its own. `takeBuffer` gives the buffer to write to, of at least so many bytes, and is asked
 * again with what was written so far when it is full; the answer is a view of the last one. Throws {@link Lz4Error}.
 *
 * In JavaScript, since this is called for 16 kB at a time: over WebAssembly and over a native module the bytes go in
 * and out by copies, and the copies cost more than the decompression.
 */
export function decompressLz4(
  bytes: Buffer,
  takeBuffer: (leastBytes: number, written: Buffer) => Buffer,
): Buffer {
  const input = { bytes, view: viewOf(bytes) };
  let target = takeBuffer(4 * bytes.length + SLACK, Buffer.alloc(0));
  let output = { bytes: target, view: viewOf(target) };
  let [at, out] = [0, 0];
  while (at < bytes.length) {
    const frame = readFrameHeader(bytes, at);
    at = frame.blocksAt;
    const frameOut = out;
    for (;;) {
      const word = uint32(bytes, at);
      at += 4;
      if (word === 0) break;
      const size = word & ~STORED;
      if (at + size > bytes.length) throw new Lz4Error("a block is cut short");
      if (out + frame.blockBytes + SLACK > target.length) {
        target = takeBuffer(2 * target.length + frame.blockBytes + SLACK, target.subarray(0, out));
        output = { bytes: target, view: viewOf(target) };
      }
      if ((word & STORED) !== 0) out += copyStored(bytes.subarray(at, at + size), target, out);
      else out = decodeBlock(input, { from: at, to: at + size }, { ...output, out, least: frameOut });
      at += size + (frame.blockChecksums ? 4 : 0);
    }
    if (frame.contentChecksum) at += 4;
  }
  return target.subarray(0, out);
}

interface Viewed {
  readonly bytes: Buffer;
  readonly view: DataView;
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function uint32(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) throw new Lz4Error("the frame is cut short");
  return bytes.readUInt32LE(at);
}

/** Frame: magic, FLG, BD, [content size 8], [dictionary id 4], header checksum, blocks, 0, [content checksum 4]. */
function readFrameHeader(
  bytes: Buffer,
  at: number,
): { blocksAt: number; blockBytes: number; blockChecksums: boolean; contentChecksum: boolean } {
  if (uint32(bytes, at) !== MAGIC) throw new Lz4Error("the magic number is another");
  const flags = bytes[at + 4] ?? 0;
  const sizeCode = ((bytes[at + 5] ?? 0) >> 4) & 7;
  if (flags >> 6 !== 1 || sizeCode < 4 || (flags & DICTIONARY_ID) !== 0)
    throw new Lz4Error("the frame's header is broken");
  return {
    blocksAt: at + 7 + ((flags & CONTENT_SIZE) !== 0 ? 8 : 0),
    blockBytes: 1 << (8 + 2 * sizeCode),
    blockChecksums: (flags & BLOCK_CHECKSUM) !== 0,
    contentChecksum: (flags & CONTENT_CHECKSUM) !== 0,
  };
}

function copyStored(block: Buffer, target: Buffer, out: number): number {
  if (out + block.length > target.length) throw new Lz4Error("a block is too long");
  return block.copy(target, out);
}

/**
 * Decodes one block behind `out`; matches may reach back to `least`. A sequence: token (high half literals, low half
 * match length less 4; 15 goes on in bytes up to one that is not 255), literals, offset uint16, match.
 */
function decodeBlock(
  { bytes: source, view: sourceView }: Viewed,
  { from, to }: { from: number; to: number },
  { bytes: target, view: targetView, out: start, least }: Viewed & { out: number; least: number },
): number {
  const limit = target.length - SLACK;
  const safe = source.length - SLACK;
  let at = from;
  let out = start;
  while (at < to) {
    const token = source[at++] as number;
    let literals = token >>> 4;
    if (literals === 15) for (let more = 255; more === 255; literals += more) more = source[at++] as number;
    const literalsEnd = at + literals;
    const literalsOut = out + literals;
    // Said so that what is not a number, read past the end, fails too.
    if (!(literalsEnd <= to && literalsOut <= limit)) throw new Lz4Error("literals reach too far");
    if (literalsEnd <= safe) {
      for (; at < literalsEnd; at += 8, out += 8) {
        targetView.setUint32(out, sourceView.getUint32(at, true), true);
        targetView.setUint32(out + 4, sourceView.getUint32(at + 4, true), true);
      }
    } else while (at < literalsEnd) target[out++] = source[at++] as number;
    at = literalsEnd;
    out = literalsOut;
    if (at >= to) break;
    const offset = (source[at] as number) | ((source[at + 1] as number) << 8);
    at += 2;
    let back = out - offset;
    let match = token & 15;
    if (match === 15) for (let more = 255; more === 255; match += more) more = source[at++] as number;
    const matchOut = out + match + 4;
    if (!(at <= to && offset > 0 && back >= least && matchOut <= limit))
      throw new Lz4Error("a match is broken");
    if (offset >= 8) {
      for (; out < matchOut; out += 8, back += 8) {
        targetView.setUint32(out, targetView.getUint32(back, true), true);
        targetView.setUint32(out + 4, targetView.getUint32(back + 4, true), true);
      }
      out = matchOut;
    } else while (out < matchOut) target[out++] = target[back++] as number;
  }
  return out;
}
