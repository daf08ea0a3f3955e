"use client";

import { Search, X } from "lucide-react";
import { useEffect, useRef } from "react";

import { Input } from "./input.tsx";
import { isTyping } from "./is-typing.ts";
import { Kbd } from "./kbd.tsx";

interface SearchInputProps {
  value: string;
  onValueChange: (value: string) => void;
  /** What is searched, as the accessible name and placeholder: "Filter groups by name, topic or state". */
  label: string;
  /** `/` focuses it; one search a page. */
  primary?: boolean;
  className?: string;
}

/** A filter box: `/` goes to it, Esc clears it and then leaves it. */
export function SearchInput({ value, onValueChange, label, primary = true, className }: SearchInputProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!primary) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
    };
  }, [primary]);
  return (
    <div className={className ?? "w-72"}>
      <div className="relative">
        <Search
          aria-hidden
          size={14}
          className="text-muted pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2"
        />
        <Input
          ref={input}
          type="search"
          aria-label={label}
          placeholder={label}
          value={value}
          onChange={(event) => {
            onValueChange(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            if (value === "") event.currentTarget.blur();
            else onValueChange("");
            event.stopPropagation();
          }}
          className="pr-8 pl-8 [&::-webkit-search-cancel-button]:hidden"
        />
        <span className="absolute top-1/2 right-2 flex -translate-y-1/2">
          {value === "" ? (
            primary && <Kbd keys="/" />
          ) : (
            <button
              type="button"
              aria-label="Clear the filter"
              className="text-muted hover:text-text rounded-sm"
              onClick={() => {
                onValueChange("");
                input.current?.focus();
              }}
            >
              <X aria-hidden size={14} />
            </button>
          )}
        </span>
      </div>
    </div>
  );
}
