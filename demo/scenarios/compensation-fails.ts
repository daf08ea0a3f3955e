import type { Scenario } from "./scenario.ts";

/**
 * The label printer is down for a share of the orders (`delivery.ts`), so their sagas turn back, and the bank takes no
 * refund of the courier's fee: the command goes to the dead letters, at each attempt. Courier and payments read it.
 */
export const compensationFails: Scenario = {
  name: "compensation-fails",
  sees:
    "payment.shipping.refundRequested.dlt fills, and sagas of fulfilment are parked as compensation_failed after 18 s. " +
    "They stay so until an operator retries their compensation.",
};
