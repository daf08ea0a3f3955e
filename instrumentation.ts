/** register runs once when the console's server starts. A configuration that cannot be served ends the process. */
export async function register(): Promise<void> {
  if (process.env["NEXT_RUNTIME"] !== "nodejs") return;
  const { startConsole } = await import("#lib/http/start-console.ts");
  await startConsole();
}
