import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { safeNext } from "#components/access/safe-next.ts";
import { SignInView } from "#components/access/sign-in-view.tsx";
import { currentSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Sign in" };

interface SignInPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

/** The way in. Who is signed in already goes on to where they wanted. */
export default async function SignInPage({ searchParams }: SignInPageProps) {
  const given = await searchParams;
  const next = safeNext(one(given["next"]));
  const session = await currentSession();
  if (session.state === "signed-in") redirect(next);
  return <SignInView next={next} error={one(given["error"])} />;
}
