import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { followLive, type LiveState } from "./live.ts";

/** Follows the server's hints for as long as the component stands. Mounted once, by the console's frame. */
export function useLive(): LiveState {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(() => followLive({ client, onState: setState }), [client]);
  return state;
}
