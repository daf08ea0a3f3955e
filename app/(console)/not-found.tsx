import { Compass } from "lucide-react";

import { LoneMessage } from "#components/layout/lone-message.tsx";
import { Button } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { paths } from "#lib/contracts/paths.ts";

/** A cluster, group or topic that is not there: inside the frame, so that the way on is one key away. */
export default function NotFound() {
  return (
    <LoneMessage
      icon={Compass}
      title="There is nothing at this address"
      action={
        <Button asChild variant="primary">
          <Link href={paths.home()}>Go to the overview</Link>
        </Button>
      }
    >
      It may have been deleted or renamed, or the address is mistyped. Groups and topics are found by name
      with Ctrl K.
    </LoneMessage>
  );
}
