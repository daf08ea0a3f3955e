/** A frame of a stack: what was running, and whether it is the user's own code. */
export interface StackFrame {
  /** Class or function, and the file's last two names where the language tells no class; never a line. */
  name: string;
  own: boolean;
}

/** Packages of platforms and frameworks on the JVM. */
const JVM_FOREIGN = new RegExp(
  `^(?:${[
    ...[
      "java",
      "javax",
      "jakarta",
      "jdk",
      "sun",
      "com\\.sun",
      "kotlin",
      "kotlinx",
      "scala",
      "groovy",
      "clojure",
    ],
    ...["org\\.springframework", "org\\.apache", "org\\.hibernate", "org\\.postgresql", "org\\.slf4j"],
    ...["org\\.aspectj", "org\\.jboss", "org\\.eclipse", "org\\.mariadb", "org\\.h2", "org\\.mongodb"],
    ...["io\\.smallrye", "io\\.quarkus", "io\\.vertx", "io\\.netty", "io\\.confluent", "io\\.micrometer"],
    ...[
      "io\\.micronaut",
      "io\\.opentelemetry",
      "io\\.grpc",
      "io\\.lettuce",
      "io\\.r2dbc",
      "io\\.github\\.resilience4j",
    ],
    ...["com\\.fasterxml", "com\\.google", "com\\.zaxxer", "com\\.mysql", "com\\.microsoft", "com\\.mongodb"],
    ...["oracle", "reactor", "rx", "akka", "feign", "okhttp3", "okio", "redis\\.clients", "net\\.bytebuddy"],
  ].join("|")})\\.`,
);
const DOTNET_FOREIGN =
  /^(?:System|Microsoft|Confluent|Wolverine|JasperFx|MassTransit|Npgsql|Newtonsoft|Lamar|Polly|Castle|Dapper)\./;
const FOREIGN_PATH =
  /(?:^|[/\\])(?:node_modules|site-packages|dist-packages|gems|vendor|pkg[/\\]mod)[/\\]|[/\\]lib[/\\](?:python|ruby)\d?|[/\\]go[/\\]src[/\\]|^(?:node:|internal[/\\]|<)/;

const READERS = [jvmFrame, nodeFrame, dotnetFrame, rubyFrame, pythonFrame, goFrame];

/** frameOf reads one line of a stack; null for a line that is no frame. Go tells the file on the line after. */
export function frameOf(line: string, next: string): StackFrame | null {
  if (line.length > 2_000) return null;
  for (const read of READERS) {
    const frame = read(line, next);
    if (frame !== null) return frame;
  }
  return null;
}

/** `at com.acme.Orders.handle(Orders.java:12)`, a module or a loader before it. */
function jvmFrame(line: string): StackFrame | null {
  const [, name] =
    /^\s*at (?:[^\s(/]*\/)*([\w.$<>]+)\((?:[\w$-]+\.\w+(?::\d+)?|Native Method|Unknown Source|<generated>)\)/.exec(
      line,
    ) ?? [];
  if (name === undefined) return null;
  const proxy = name.includes("$$") || name.includes("$Proxy");
  return { name: name.replace(/(lambda\$[a-zA-Z]\w*?)\$\d+$/, "$1"), own: !proxy && !JVM_FOREIGN.test(name) };
}

/** `at Payments.charge (file:///app/src/payments/charge.ts:3:9)`, or the place alone. */
function nodeFrame(line: string): StackFrame | null {
  const [, name, place] = /^\s*at (?:async )?(?:(\S[^(]*) \()?([^()]+?):\d+:\d+\)?$/.exec(line) ?? [];
  if (place === undefined) return null;
  return { name: inFile(place, name), own: !FOREIGN_PATH.test(place) };
}

/** `at Acme.Orders.Handler.Handle(Order order) in /src/Handler.cs:line 12`. */
function dotnetFrame(line: string): StackFrame | null {
  const [, name] = /^\s*at ([\w.+`<>|$[\],]+)\([^)]*\)(?: in .*)?$/.exec(line) ?? [];
  if (name === undefined) return null;
  const plain = name
    .replace(/\.MoveNext$/, "")
    .replace(/[.+]<>c[\w]*/g, "")
    .replace(/<(\w+)>[\w|$]*/g, "$1")
    .replace(/`\d+/g, "");
  return { name: plain, own: !DOTNET_FOREIGN.test(plain) };
}

/** `/app/consumers/orders.rb:12:in 'OrdersConsumer#consume'`; older Rubies open with a backtick. */
function rubyFrame(line: string): StackFrame | null {
  const [, place, name] = /^\s*(?:from )?([^\s:][^:]*\.rb):\d+:in [`']([^']+)'/.exec(line) ?? [];
  if (place === undefined || name === undefined) return null;
  return {
    name: inFile(place, name.replace(/^block (?:\([^)]*\) )?in /, "")),
    own: !FOREIGN_PATH.test(place),
  };
}

/** `File "/app/orders/handler.py", line 12, in handle`. */
function pythonFrame(line: string): StackFrame | null {
  const [, place, name] = /^\s*File "([^"]+)", line \d+, in (\S+)/.exec(line) ?? [];
  if (place === undefined || name === undefined) return null;
  return { name: inFile(place, name), own: !FOREIGN_PATH.test(place) };
}

/** `main.(*Handler).Handle(0xc000112000)`, and `/app/handler.go:12 +0x1d` on the line after. */
function goFrame(line: string, next: string): StackFrame | null {
  const [, place] = /^\s+(\S+\.go):\d+/.exec(next) ?? [];
  if (place === undefined || !/^[\w./*()-]+\(.*\)$/.test(line)) return null;
  const name = line.replace(/\([^()]*\)$/, "").replace(/(?:\.func\d+)+$/, "");
  return { name, own: !FOREIGN_PATH.test(place) };
}

/** A function with the last two names of its file: the rest of the path differs from machine to machine. */
function inFile(place: string, name: string | undefined): string {
  const path = place.replace(/[?#].*$/, "").split(/[/\\]/);
  const file = path.slice(-2).join("/");
  return name === undefined ? file : `${name} (${file})`;
}
