import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

const CSS = readFileSync(new URL("../../../../app/globals.css", import.meta.url), "utf8");

function tokensOf(block: RegExp): Map<string, string> {
  const body = block.exec(CSS)?.[1] ?? "";
  return new Map([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]));
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

const THEMES = {
  light: tokensOf(/\[data-theme="light"\] \{([^}]*)\}/),
  dark: tokensOf(/\n\[data-theme="dark"\] \{([^}]*)\}/),
};
/** `accent-bg` lights up behind a live number that changes, of any tone. */
const GROUNDS = ["ground", "raised", "sunken", "hover", "accent-bg"];
const TEXTS = ["text", "muted", "accent", "ok-fg", "notice-fg", "warning-fg", "critical-fg"];

describe.each(Object.entries(THEMES))("the %s theme", (_name, tokens) => {
  const color = (token: string) => {
    const value = tokens.get(token);
    if (value === undefined) throw new Error(`no token ${token}`);
    return value;
  };
  test.each(TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)))(
    "%s is readable on %s (4.5:1)",
    (text, ground) => {
      expect(contrast(color(text), color(ground))).toBeGreaterThanOrEqual(4.5);
    },
  );
  test.each(["ok", "notice", "warning", "critical"])(
    "%s is readable on its own background (4.5:1)",
    (tone) => {
      expect(contrast(color(`${tone}-fg`), color(`${tone}-bg`))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(color("text"), color(`${tone}-bg`))).toBeGreaterThanOrEqual(4.5);
    },
  );
  test("the words of solid buttons are readable (4.5:1)", () => {
    expect(contrast(color("on-accent"), color("accent"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(color("on-accent"), color("accent-strong"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(color("on-critical"), color("critical-fg"))).toBeGreaterThanOrEqual(4.5);
  });
  test.each([1, 2, 3, 4, 5, 6])("chart hue %i names its line readably (4.5:1)", (hue) => {
    expect(contrast(color(`chart-${hue}`), color("raised"))).toBeGreaterThanOrEqual(4.5);
  });
});
