"use client";

import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";

import { IconButton } from "#components/ui/icon-button.tsx";
import { Input } from "#components/ui/input.tsx";

interface PasswordInputProps {
  name: string;
  autoComplete: "current-password" | "new-password";
  value: string;
  onValueChange: (value: string) => void;
}

/** A password, hidden until asked for. */
export function PasswordInput({ name, autoComplete, value, onValueChange }: PasswordInputProps) {
  const [shown, setShown] = useState(false);
  return (
    <div className="relative">
      <Input
        type={shown ? "text" : "password"}
        mono={shown}
        name={name}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        value={value}
        onChange={(event) => {
          onValueChange(event.target.value);
        }}
        className="pr-9"
      />
      <IconButton
        size="sm"
        icon={shown ? EyeOff : Eye}
        label={shown ? "Hide the password" : "Show the password"}
        className="absolute top-1 right-1.5"
        onClick={() => {
          setShown(!shown);
        }}
      />
    </div>
  );
}
