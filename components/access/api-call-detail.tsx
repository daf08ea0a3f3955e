"use client";

import { CodeBlock } from "#components/ui/code-block.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { PERMISSIONS_OF, ROLES } from "#lib/domain/access/role.ts";

import { curlOf } from "./curl.ts";
import type { ApiCall, ApiParameter } from "./openapi-document.ts";
import { exampleOf, schemaNote, schemaText, typeText, type NamedSchemas } from "./schema-text.ts";

interface ApiCallDetailProps {
  call: ApiCall;
  named: NamedSchemas;
  /** `https://host` of this console. */
  origin: string;
}

/** All of one call: who may, parameters, body, answers and the command that makes it. */
export function ApiCallDetail({ call, named, origin }: ApiCallDetailProps) {
  const required = call.parameters.filter(({ in: place, required: needed }) => place === "query" && needed);
  const search = required.map(({ name, schema }) => `${name}=${String(exampleOf(schema, named))}`).join("&");
  const curl = curlOf({
    method: call.method,
    url: `${origin}${call.path}${search === "" ? "" : `?${search}`}`,
    token: call.permission === null ? null : "$SLUICE_TOKEN",
    body: call.body === undefined ? undefined : JSON.stringify(exampleOf(call.body, named)),
  });
  return (
    <div className="flex flex-col gap-4 px-4 pt-1 pb-5">
      <DefinitionList
        items={[
          { term: "Who may", value: whoMay(call.permission) },
          ...(call.audit === undefined
            ? []
            : [{ term: "In the audit", value: <code className="text-[0.93em]">{call.audit}</code> }]),
        ]}
      />
      <CodeBlock label="curl" code={curl} />
      {call.parameters.length > 0 && <Parameters call={call} named={named} />}
      {call.body !== undefined && (
        <Part title="Body">
          <CodeBlock label="application/json" code={schemaText(call.body, named)} />
        </Part>
      )}
      <Part title="Answers">
        <div className="flex flex-col gap-3">
          {call.answers.map(({ status, description, type, schema }) => (
            <div key={status}>
              <p className="mb-1.5 text-sm">
                <span className="tabular font-medium">{status === "default" ? "Errors" : status}</span>{" "}
                <span className="text-muted">{description}</span>
              </p>
              {schema !== undefined && type !== undefined && (
                <CodeBlock label={type} code={schemaText(schema, named)} maxHeight="360px" />
              )}
            </div>
          ))}
        </div>
      </Part>
    </div>
  );
}

function whoMay(permission: string | null): string {
  if (permission === null) return "everybody, without signing in";
  if (permission === "signed-in") return "anybody signed in";
  const roles = ROLES.filter((role) => PERMISSIONS_OF[role].some((granted) => granted === permission));
  return `${roles.join(", ")} (permission ${permission})`;
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <h4 className="mb-1.5 text-sm font-semibold">{title}</h4>
      {children}
    </section>
  );
}

function Parameters({ call, named }: { call: ApiCall; named: NamedSchemas }) {
  return (
    <Part title="Parameters">
      <table aria-label={`Parameters of ${call.method} ${call.path}`} className="w-full text-left text-sm">
        <thead>
          <tr className="text-muted text-xs">
            <th className="w-44 py-1 pr-3 font-medium">Name</th>
            <th className="w-24 py-1 pr-3 font-medium">In</th>
            <th className="py-1 font-medium">Type</th>
          </tr>
        </thead>
        <tbody>
          {call.parameters.map((parameter) => (
            <ParameterRow key={`${parameter.in} ${parameter.name}`} parameter={parameter} named={named} />
          ))}
        </tbody>
      </table>
    </Part>
  );
}

function ParameterRow({
  parameter: { name, in: place, required, schema },
  named,
}: {
  parameter: ApiParameter;
  named: NamedSchemas;
}) {
  const note = schemaNote(schema);
  const type = typeText(schema, named);
  return (
    <tr className="border-line border-t align-baseline">
      <td className="py-1.5 pr-3">
        <code className="text-[0.93em] font-medium">{name}</code>
      </td>
      <td className="text-muted py-1.5 pr-3 text-xs">
        {place}
        {required ? "" : ", optional"}
      </td>
      <td className="py-1.5">
        <code className="text-[0.93em] break-words">{type}</code>
        {note !== "" && <span className="text-muted ml-2 text-xs">{note}</span>}
      </td>
    </tr>
  );
}
