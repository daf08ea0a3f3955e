/**
 * MEND_POISON is a redrive's script that puts right what `poison` breaks in an order's first event: quantities count
 * what was sold, and the total is that of the lines. It leaves out what is not JSON. The prices of shipping are those of
 * `rules.ts`.
 */
export const MEND_POISON = `const order = record.value;
if (order === null || typeof order !== "object") return null;
for (const line of order.lines) line.quantity = Math.abs(line.quantity);
const goods = order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0);
order.totalCents = goods < 5000 ? goods + 490 : goods;
return record;`;
