"use client";

import { ArrowRight, Ellipsis, Pencil, Plus, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";

import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Drawer } from "#components/ui/drawer.tsx";
import { Field } from "#components/ui/field.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { Menu } from "#components/ui/menu.tsx";
import { NameSearch } from "#components/ui/name-search.tsx";
import { Select } from "#components/ui/select.tsx";
import { showToast } from "#components/ui/show-toast.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { TONES } from "#components/ui/tone.ts";

import { GallerySection } from "./gallery-section.tsx";

const RANGES = [
  { value: "1h", label: "last 1 h" },
  { value: "6h", label: "last 6 h" },
  { value: "7d", label: "last 7 d", hint: "one point each 42 m" },
] as const;

const TOPICS = ["order.order.created", "order.order.completed", "order.payment.completed"];

/** Buttons, fields, menus and windows. */
export function ControlsSection() {
  const [range, setRange] = useState<(typeof RANGES)[number]["value"]>("1h");
  const [tab, setTab] = useState<"partitions" | "members" | "history">("partitions");
  const [ticked, setTicked] = useState(true);
  const [open, setOpen] = useState<"dialog" | "confirm" | "drawer" | null>(null);
  const close = () => {
    setOpen(null);
  };
  return (
    <GallerySection title="Controls">
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" icon={Plus}>
          New token
        </Button>
        <Button icon={RefreshCw}>Reset offsets</Button>
        <Button variant="ghost">Details</Button>
        <Button variant="danger" icon={Trash2}>
          Revoke ci-reader
        </Button>
        <Button busy>Saving</Button>
        <Button disabled>Not now</Button>
        <Button size="sm">Small</Button>
        <Button size="sm" variant="primary" icon={ArrowRight}>
          Small
        </Button>
        <IconButton icon={Pencil} label="Edit" shortcut="e" />
        <Menu
          trigger={<IconButton icon={Ellipsis} label="More" />}
          items={[
            { kind: "heading", label: "payments" },
            { label: "Rename", icon: Pencil, onSelect: () => undefined, shortcut: "r" },
            { label: "Pause alerts", onSelect: () => undefined, refused: "Your role is viewer." },
            { kind: "rule" },
            { label: "Delete", icon: Trash2, tone: "critical", onSelect: () => undefined },
          ]}
        />
        <Select label="Range" value={range} onValueChange={setRange} options={RANGES} />
        <Select label="Range" showLabel size="sm" value={range} onValueChange={setRange} options={RANGES} />
        <Checkbox checked={ticked} onCheckedChange={setTicked} label="internal topics" />
        <Checkbox checked="indeterminate" onCheckedChange={setTicked} label="some" />
        <Kbd keys="g t" />
      </div>
      <div className="grid grid-cols-3 gap-5">
        <Field label="Name" hint="What the token is for; others see it.">
          <Input placeholder="ci-reader" />
        </Field>
        <Field label="E-mail" error="There is a user with this address already.">
          <Input defaultValue="ana@example.org" />
        </Field>
        <Field label="Reason" optional>
          <Textarea rows={2} />
        </Field>
      </div>
      <Search />
      <Tabs
        label="Group details"
        value={tab}
        onValueChange={setTab}
        tabs={[
          {
            id: "partitions",
            label: "Partitions",
            count: 6,
            panel: <p className="text-sm">Six partitions.</p>,
          },
          {
            id: "members",
            label: "Members",
            count: 3,
            tone: "warning",
            panel: <p className="text-sm">Three members.</p>,
          },
          { id: "history", label: "History of changes", panel: <p className="text-sm">None.</p> },
        ]}
      />
      <div className="flex gap-2">
        <Button
          onClick={() => {
            setOpen("dialog");
          }}
        >
          Dialog
        </Button>
        <Button
          onClick={() => {
            setOpen("confirm");
          }}
        >
          Confirm
        </Button>
        <Button
          onClick={() => {
            setOpen("drawer");
          }}
        >
          Drawer
        </Button>
        {TONES.map((tone) => (
          <Button
            key={tone}
            onClick={() => {
              showToast({ tone, title: `A ${tone} toast`, detail: "Token ci-reader is revoked." });
            }}
          >
            Toast {tone}
          </Button>
        ))}
      </div>
      <Dialog
        open={open === "dialog"}
        onOpenChange={close}
        title="New API token"
        description="A token speaks for you, with a role no stronger than yours."
        footer={
          <>
            <Button onClick={close}>Keep it</Button>
            <Button variant="primary">Create token</Button>
          </>
        }
      >
        <Field label="Name">
          <Input placeholder="ci-reader" />
        </Field>
      </Dialog>
      <ConfirmDialog
        open={open === "confirm"}
        onOpenChange={close}
        title="Revoke token ci-reader?"
        effect="Scripts that use it get 401 from their next call on. This cannot be undone."
        verb="Revoke ci-reader"
        danger
        error={{
          title: "It was not revoked.",
          detail: "The database does not answer.",
          requestId: "0192f4c8-77aa",
        }}
        onConfirm={close}
      />
      <Drawer
        open={open === "drawer"}
        onClose={close}
        title="payments"
        subtitle="falls behind since 10:42"
        fullPageHref="#"
      >
        <p className="text-sm">The list stays usable beside it.</p>
      </Drawer>
    </GallerySection>
  );
}

function Search() {
  const [text, setText] = useState("order");
  return (
    <div className="border-line w-96 rounded border p-1">
      <NameSearch
        label="Topics"
        placeholder="Part of a topic's name"
        text={text}
        onText={setText}
        names={TOPICS.filter((name) => name.includes(text))}
        empty="No topic has this in its name."
        chosen={TOPICS.slice(0, 1)}
        onPick={() => undefined}
      />
    </div>
  );
}
