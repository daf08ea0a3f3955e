import { Compass } from "lucide-react";

import { LoneMessage } from "#components/layout/lone-message.tsx";
import { Button } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { paths } from "#lib/contracts/paths.ts";

/** An address that leads nowhere. */
export default function NotFound() {
  return (
    <LoneMessage
      icon={Compass}
      title="There is no page at this address"
      action={
        <Button asChild variant="primary">
          <Link href={paths.home()}>Go to the overview</Link>
        </Button>
      }
    >
      The address may be old or mistyped. Groups and topics are found by name with Ctrl K.
    </LoneMessage>
  );
}
