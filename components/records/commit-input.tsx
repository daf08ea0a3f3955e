"use client";

import { useState, type ComponentProps } from "react";

import { Input } from "#components/ui/input.tsx";

interface CommitInputProps extends Omit<ComponentProps<typeof Input>, "value" | "onChange" | "onBlur"> {
  value: string;
  /** The user is done with it: Enter, or the field was left. */
  onCommit: (value: string) => void;
}

/** A field whose text counts once it is done with: a search does not begin anew at every letter. */
export function CommitInput({ value, onCommit, ...rest }: CommitInputProps) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setText(value);
  }
  const commit = () => {
    if (text !== value) onCommit(text);
  };
  return (
    <Input
      {...rest}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        commit();
      }}
    />
  );
}
