import { redirect } from "next/navigation";

import { paths } from "#lib/contracts/paths.ts";

/** Settings begin with the clusters. */
export default function SettingsPage() {
  redirect(paths.settingsClusters());
}
