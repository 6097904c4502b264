enum TypeScriptTemplates: CodeTemplates {
  static func module(_ aspect: Feature.Aspect) -> String {
    switch aspect {
    case .parser: parser
    case .planner: planner
    case .store: store
    case .report: report
    case .client: client
    }
  }

  static let parser = #"""
    import { z } from "zod";

    export const $nSchema = z.object({
      $a: z.string().min(1).max($k),
      $b: z.number().int().nonnegative(),
      note: z.string().optional(),
    });

    export type $N = z.infer<typeof $nSchema>;

    export class $NParseError extends Error {
      constructor(readonly line: number, reason: string) {
        super(`$n line ${line}: ${reason}`);
        this.name = "$NParseError";
      }
    }

    export function parse$NLines(text: string): $N[] {
      const parsed$N: $N[] = [];
      for (const [index, line] of text.split(/\r?\n/).entries()) {
        if (line.trim() === "" || line.startsWith("#")) continue;
        const [$a, $b, ...note] = line.split("\t");
        const result = $nSchema.safeParse({ $a, $b: Number($b), note: note.join(" ") || undefined });
        if (!result.success) {
          throw new $NParseError(index + 1, result.error.issues[0]?.message ?? "unreadable $n");
        }
        parsed$N.push(result.data);
      }
      return parsed$N;
    }
    """#

  static let planner = #"""
    export interface $NSlot {
      readonly id: string;
      readonly $a: number;
      readonly $b: number;
    }

    const $nRoom = $k;

    const $nEnd = (slot: $NSlot): number => slot.$a + slot.$b;

    export function plan$N(slots: readonly $NSlot[]): { planned: $NSlot[]; refused: $NSlot[] } {
      const planned: $NSlot[] = [];
      const refused: $NSlot[] = [];
      let next$A = 0;
      for (const slot of [...slots].sort((left, right) => left.$a - right.$a)) {
        const moved$N = { ...slot, $a: Math.max(slot.$a, next$A) };
        if ($nEnd(moved$N) > $nRoom) {
          refused.push(slot);
          continue;
        }
        next$A = $nEnd(moved$N);
        planned.push(moved$N);
      }
      return { planned, refused };
    }

    export function idle$NTime(planned: readonly $NSlot[]): number {
      return planned.slice(1).reduce((idle, slot, index) => {
        const before$N = planned[index];
        return before$N ? idle + Math.max(0, slot.$a - $nEnd(before$N)) : idle;
      }, 0);
    }
    """#

  static let store = #"""
    type $NListener = (changed$A: string) => void;

    export interface $NState {
      readonly $b: number;
      readonly seenAt: Date;
    }

    export class $NStore {
      readonly #by$A = new Map<string, $NState>();
      readonly #$nListeners = new Set<$NListener>();

      constructor(private readonly max$N = $k) {}

      set$N($a: string, $b: number, seenAt = new Date()): void {
        if (!this.#by$A.has($a) && this.#by$A.size >= this.max$N) {
          const oldest$N = this.#by$A.keys().next().value;
          if (oldest$N !== undefined) this.#by$A.delete(oldest$N);
        }
        this.#by$A.set($a, { $b, seenAt });
        for (const listener of this.#$nListeners) listener($a);
      }

      get$N($a: string): $NState | undefined {
        return this.#by$A.get($a);
      }

      on$NChange(listener: $NListener): () => void {
        this.#$nListeners.add(listener);
        return () => this.#$nListeners.delete(listener);
      }

      total$B(): number {
        return [...this.#by$A.values()].reduce((sum, state) => sum + state.$b, 0);
      }
    }
    """#

  static let report = #"""
    interface $NReportRow {
      $a: string;
      $b: number;
    }

    const $nNumber = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });

    export function group$NRows(rows: readonly $NReportRow[]): Map<string, number> {
      const sums = new Map<string, number>();
      for (const { $a, $b } of rows) {
        sums.set($a, (sums.get($a) ?? 0) + $b);
      }
      return sums;
    }

    export function render$NReport(rows: readonly $NReportRow[]): string {
      const sums = [...group$NRows(rows)].sort(([, left], [, right]) => right - left);
      const total$B = sums.reduce((sum, [, $b]) => sum + $b, 0);
      const lines = sums.slice(0, $k).map(([$a, $b]) => {
        const share = total$B === 0 ? 0 : (100 * $b) / total$B;
        return `| ${$a} | ${$nNumber.format($b)} | ${share.toFixed(1)} % |`;
      });
      return ["| $a | $b of $n | share |", "| --- | ---: | ---: |", ...lines].join("\n");
    }
    """#

  static let client = #"""
    import { setTimeout as wait } from "node:timers/promises";

    export interface $NPage {
      $b: number[];
      next$N?: string;
    }

    export class $NClient {
      constructor(
        private readonly base$N: URL,
        private readonly fetcher: typeof fetch = fetch,
      ) {}

      async $nPage($a: string, cursor?: string): Promise<$NPage> {
        const address = new URL(`$n/${encodeURIComponent($a)}`, this.base$N);
        if (cursor) address.searchParams.set("cursor", cursor);
        for (let attempt$N = 0; ; attempt$N += 1) {
          const response = await this.fetcher(address, { signal: AbortSignal.timeout($k * 10) });
          if (response.ok) return (await response.json()) as $NPage;
          if (response.status < 500 || attempt$N >= 3) {
            throw new Error(`$n service answered ${response.status} for $a ${$a}`);
          }
          await wait(2 ** attempt$N * $k);
        }
      }

      async *every$B($a: string): AsyncGenerator<number> {
        let cursor: string | undefined;
        do {
          const page$N: $NPage = await this.$nPage($a, cursor);
          yield* page$N.$b;
          cursor = page$N.next$N;
        } while (cursor);
      }
    }
    """#

  static let additions = [
    #"""

    export function validate$N$A($a: string, known$A: ReadonlySet<string>): string[] {
      const problems: string[] = [];
      if ($a.trim() === "") problems.push("$n has no $a");
      if (!known$A.has($a)) problems.push(`$n $a "${$a}" is not one of the ${known$A.size} known`);
      return problems;
    }
    """#,
    #"""

    export function merge$N$B(
      left: Readonly<Record<string, number>>,
      right: Readonly<Record<string, number>>,
    ): Record<string, number> {
      const merged$N: Record<string, number> = { ...left };
      for (const [key, value] of Object.entries(right)) {
        merged$N[key] = Math.max(merged$N[key] ?? 0, value);
      }
      return merged$N;
    }
    """#,
    #"""

    export const format$N$A = (value: number): string =>
      value >= $k ? `${(value / $k).toFixed(2)} k$a` : `${value.toFixed(1)} $a of $n`;
    """#,
  ]

  static let test = #"""
    import { describe, expect, it } from "vitest";

    const $nSamples = [
      { $a: "north", $b: 12 },
      { $a: "south", $b: $k },
      { $a: "outer", $b: 7 },
    ];

    describe("$n", () => {
      it.each($nSamples)("keeps the $a of $$a", ({ $a, $b }) => {
        expect($a.trim()).toBe($a);
        expect($b).toBeLessThanOrEqual($k);
      });

      it("knows the heaviest $n", () => {
        const heaviest$N = Math.max(...$nSamples.map((sample) => sample.$b));
        expect(heaviest$N).toBe($k);
      });
    });
    """#
}
