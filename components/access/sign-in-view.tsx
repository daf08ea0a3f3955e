"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { DatabaseOutage } from "#components/layout/database-outage.tsx";
import { query } from "#lib/client/query.ts";
import { useOutage } from "#lib/client/use-outage.ts";
import { getSetUp } from "#lib/contracts/access.ts";

import { AuthCard } from "./auth-card.tsx";
import { SetUpForm } from "./set-up-form.tsx";
import { SignInForm } from "./sign-in-form.tsx";

const RETRY_MS = 3_000;

interface SignInViewProps {
  /** Where to go after signing in; a path of this console. */
  next: string;
  /** What next-auth put into the address when it led here itself. */
  error: string | undefined;
}

/** The way in: the sign-in form, or the set-up form while nobody exists. */
export function SignInView({ next, error }: SignInViewProps) {
  const outage = useOutage();
  const [created, setCreated] = useState<string>();
  const setUp = useQuery({
    ...query(getSetUp, {}),
    refetchInterval: (state) => (state.state.status === "error" ? RETRY_MS : false),
  });
  if (outage !== null) return <DatabaseOutage sinceAt={outage.sinceAt} />;
  if (setUp.data?.needed === true && created === undefined) {
    return (
      <AuthCard
        title="Set up Sluice"
        lead="Nobody may sign in yet. Make the first administrator with the one-time token that the console wrote to its log when it started."
      >
        <SetUpForm onDone={setCreated} />
      </AuthCard>
    );
  }
  return (
    <AuthCard
      title="Sign in"
      lead={
        created === undefined
          ? "The control plane for event-driven systems on Kafka."
          : `${created} is the first administrator. Sign in as them.`
      }
    >
      <SignInForm key={created} next={next} error={error} email={created ?? ""} />
    </AuthCard>
  );
}
