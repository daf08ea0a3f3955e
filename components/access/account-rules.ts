/** Passwords are this long at least; there is no other rule (lib/contracts/access.ts). */
export const PASSWORD_LEAST = 12;

/** What is wrong with a password, or undefined. */
export function passwordFault(password: string): string | undefined {
  const { length } = password;
  if (length >= PASSWORD_LEAST) return undefined;
  return length === 0
    ? `Write ${PASSWORD_LEAST} characters or more.`
    : `${PASSWORD_LEAST} characters at least; these are ${length}.`;
}

/** What is wrong with an email address, or undefined. The server has the last word. */
export function emailFault(email: string): string | undefined {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim())
    ? undefined
    : "Write an address such as ana@example.com.";
}

/** What is wrong with a name, or undefined. */
export function nameFault(name: string): string | undefined {
  const length = name.trim().length;
  if (length === 0) return "Write a name.";
  return length > 100 ? `100 characters at most; these are ${length}.` : undefined;
}

/** Without letters and digits that are taken for one another. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const GENERATED_LENGTH = 20;

/** A random password of 20 letters and digits, about 115 bits, from the browser's own randomness. */
export function generatePassword(): string {
  const letters: string[] = [];
  while (letters.length < GENERATED_LENGTH) {
    for (const byte of crypto.getRandomValues(new Uint8Array(GENERATED_LENGTH))) {
      // 224 = 4 x 56: a byte at or above it would favour the first letters.
      const letter = byte < 4 * ALPHABET.length ? ALPHABET[byte % ALPHABET.length] : undefined;
      if (letter !== undefined && letters.length < GENERATED_LENGTH) letters.push(letter);
    }
  }
  return letters.join("");
}
