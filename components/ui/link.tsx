"use client";

import NextLink from "next/link";
import { useState, type ComponentProps } from "react";

/**
 * Next's link, which fetches its page ahead when the pointer or the focus comes to it. Next by itself does so for every
 * link that is seen, and a live list shows new ones each second.
 */
export function Link({ onMouseEnter, onFocus, ...rest }: Omit<ComponentProps<typeof NextLink>, "prefetch">) {
  const [wanted, setWanted] = useState(false);
  return (
    <NextLink
      {...rest}
      prefetch={wanted ? null : false}
      onMouseEnter={(event) => {
        setWanted(true);
        onMouseEnter?.(event);
      }}
      onFocus={(event) => {
        setWanted(true);
        onFocus?.(event);
      }}
    />
  );
}
