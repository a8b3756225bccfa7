import type { SseEvent } from "@vega/contracts/define/apply";
import { number } from "./i18n/format.ts";
import { words } from "./i18n/words.ts";

const t = words({
  loop_update: [
    (n: string, phase: unknown) => `Iteration ${n}: phase ${String(phase)} begins`,
    (n: string, phase: unknown) => `Iteration ${n}: Phase ${String(phase)} beginnt`,
  ],
  loop_started: ["The loop was started", "Die Schleife wurde gestartet"],
  loop_stopped: ["The loop was stopped", "Die Schleife wurde angehalten"],
  agent: [
    (name: string, state: string) => `Agent ${name} is ${state}`,
    (name: string, state: string) => `Agent ${name} ist ${state}`,
  ],
  agentRemoved: [
    (name: string) => `Agent ${name} was removed`,
    (name: string) => `Agent ${name} wurde entfernt`,
  ],
  moduleOn: [
    (name: string) => `Module ${name} was turned on`,
    (name: string) => `Modul ${name} wurde eingeschaltet`,
  ],
  moduleOff: [
    (name: string) => `Module ${name} was turned off`,
    (name: string) => `Modul ${name} wurde ausgeschaltet`,
  ],
  remembered: [(key: string) => `${key} was remembered`, (key: string) => `${key} wurde gemerkt`],
  forgot: [(key: string) => `${key} was forgotten`, (key: string) => `${key} wurde vergessen`],
  expired: [(key: string) => `${key} expired`, (key: string) => `${key} ist abgelaufen`],
  configured: [
    (name: string) => `The schema of ${name} was changed`,
    (name: string) => `Das Schema von ${name} wurde geändert`,
  ],
  conversation: [
    (change: string) => `A conversation of yours was ${change}`,
    (change: string) => `Eine Ihrer Konversationen wurde geändert (${change})`,
  ],
  started: [
    (model: string) => `${model} began to answer you`,
    (model: string) => `${model} beginnt zu antworten`,
  ],
  appended: ["You asked something", "Sie haben etwas gefragt"],
  progressed: [
    (n: string) => `The answer has ${n} characters`,
    (n: string) => `Die Antwort hat ${n} Zeichen`,
  ],
  complete: ["An answer is complete", "Eine Antwort ist vollständig"],
  ended: [
    (status: string) => `An answer ended: ${status}`,
    (status: string) => `Eine Antwort endete: ${status}`,
  ],
  alert: [(text: string) => `Alert: ${text}`, (text: string) => `Alarm: ${text}`],
  created: ["The system was created", "Das System wurde angelegt"],
  imported: [
    "A time_crystal.json replaced the state",
    "Eine time_crystal.json ersetzte den Zustand",
  ],
  restored: [
    (of: string) => `The state was put back to #${of}`,
    (of: string) => `Der Zustand wurde auf #${of} zurückgesetzt`,
  ],
});

interface Data extends SseEvent {
  readonly [member: string]: unknown;
}

const text = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? "");
const nameOf = (value: unknown): string => text((value as { name?: unknown } | undefined)?.name);

const SENTENCES: Readonly<Record<string, (data: Data) => string>> = {
  loop_update: ({ iteration, phase }) => t.loop_update(number(Number(iteration)), phase),
  loop_started: () => t.loop_started,
  loop_stopped: () => t.loop_stopped,
  agent_changed: ({ agent, deleted }) =>
    deleted
      ? t.agentRemoved(nameOf(agent))
      : t.agent(nameOf(agent), text((agent as { state?: string }).state)),
  module_changed: ({ module }) =>
    (module as { status?: string }).status === "active"
      ? t.moduleOn(nameOf(module))
      : t.moduleOff(nameOf(module)),
  memory_changed: ({ namespace, key, deleted, reason }) => {
    const name = `${text(namespace)}/${text(key)}`;
    if (!deleted) return t.remembered(name);
    return reason === "expired" ? t.expired(name) : t.forgot(name);
  },
  memory_configured: ({ namespace }) => t.configured(text(namespace)),
  conversation_changed: ({ change }) => t.conversation(text(change)),
  message_started: ({ model }) => t.started(text(model)),
  message_appended: () => t.appended,
  message_progressed: ({ text_length }) => t.progressed(number(Number(text_length))),
  message_completed: ({ status }) => (status === "complete" ? t.complete : t.ended(text(status))),
  alert_raised: ({ alert }) => t.alert(text((alert as { message?: string }).message)),
  crystal_created: () => t.created,
  crystal_imported: () => t.imported,
  crystal_restored: ({ of }) => t.restored(number(Number(of))),
};

/** One sentence about an event; its type for an event without a sentence. */
export const sentenceOf = (event: SseEvent): string =>
  SENTENCES[event.type]?.(event as Data) ?? event.type;

/** The type of the log's entry behind an event, where there is one. */
export const LOG_TYPES: Readonly<Record<string, string>> = {
  loop_update: "vega.loop.iterated.v1",
  loop_started: "vega.loop.started.v1",
  loop_stopped: "vega.loop.stopped.v1",
  agent_changed: "vega.agent.changed.v1",
  module_changed: "vega.module.changed.v1",
  memory_changed: "vega.memory.changed.v1",
  memory_configured: "vega.memory.configured.v1",
  crystal_created: "vega.crystal.created.v1",
  crystal_imported: "vega.crystal.imported.v1",
  crystal_restored: "vega.crystal.restored.v1",
};
