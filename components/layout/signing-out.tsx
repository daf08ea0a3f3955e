"use client";

import { LogOut } from "lucide-react";
import { signOut } from "next-auth/react";
import { useEffect, useEffectEvent } from "react";

import { showToast } from "#components/ui/show-toast.tsx";
import { paths } from "#lib/contracts/paths.ts";

import { LoneMessage } from "./lone-message.tsx";

interface SigningOutProps {
  /** The session still stands; the failure was said. */
  onFailed: () => void;
}

/** Ends the session and goes to the sign-in. Shown in place of the console, whose questions would now be refused. */
export function SigningOut({ onFailed }: SigningOutProps) {
  const fail = useEffectEvent((error: unknown) => {
    showToast({ tone: "critical", title: "You are still signed in", detail: String(error) });
    onFailed();
  });
  useEffect(() => {
    signOut({ redirect: false }).then(() => {
      window.location.assign(paths.signIn());
    }, fail);
  }, []);
  return (
    <LoneMessage icon={LogOut} title="Signing out">
      The session ends on the server before this page goes to the sign-in.
    </LoneMessage>
  );
}
