import { inject } from "vitest";

/** The broker and the database of this test run, as `test/support/global-setup.ts` provides them. */
export type TestStack = {
  kafkaBrokers: string;
  /** Superuser, maintenance database. Tests clone a database of their own (`cloneDatabase`). */
  databaseUrl: string;
  /** The database with the console's schema that clones are made of. */
  templateDatabase: string;
  /** The broker's TLS listener; null when the run was given a broker without one. */
  saslSsl: { brokers: string; username: string; password: string; caPem: string } | null;
  /** Kafka's jars with its tools; null when the run was given a broker and no stack. */
  kafkaJars: string | null;
};

declare module "vitest" {
  interface ProvidedContext {
    stack: TestStack;
  }
}

let instead: Partial<TestStack> = {};

/** The stack of this run. Throws outside a project that has the global set-up. */
export function testStack(): TestStack {
  return { ...inject("stack"), ...instead };
}

/** Lets what this file's tests use of the stack be another one, a broker of their own say. */
export function useStack(other: Partial<TestStack>): void {
  instead = other;
}

/** The TLS listener of this run's broker. Throws, with the remedy, when the given broker has none. */
export function saslSslBroker(): NonNullable<TestStack["saslSsl"]> {
  const { saslSsl } = testStack();
  if (saslSsl === null)
    throw new Error("this test needs a TLS listener: give SLUICE_TEST_STACK, or no broker at all");
  return saslSsl;
}
