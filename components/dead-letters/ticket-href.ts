/** ticketHref is where a ticket leads: null where it is no web address, so that nothing but http and https is followed. */
export function ticketHref(ticket: string): string | null {
  if (!/^https?:\/\//i.test(ticket)) return null;
  return URL.canParse(ticket) ? ticket : null;
}
