import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The configuration of a server. */
export interface ServerOptions {
  /** The duration of a hold, for example `15m`. */
  readonly hold: string;
  /** How much the start of a payment extends a hold. */
  readonly paymentExtension: string;
  /** How long a payment with the delayed test card takes. */
  readonly testPaymentDelay: string;
  /** Whether it starts with demo data. */
  readonly demo: boolean;
  /** Further settings, as flags. */
  readonly settings: readonly string[];
}

const START_LIMIT_MS = 30_000;
// Longer than the drain timeout of the server.
const STOP_LIMIT_MS = 40_000;

// An interrupted run leaves no server behind.
const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** The release build of `ticketing`, running on its own port and data directory. */
export class Server {
  /** Its address, such as `http://127.0.0.1:41234`. */
  url = "";
  /** Its output, including the log. */
  output = "";
  private isCorrupted = false;
  private readonly expected: RegExp[] = [];

  private constructor(
    private readonly options: ServerOptions,
    private readonly dataDir: string,
    private child: ChildProcess | undefined = undefined,
  ) {}

  static async start(options: ServerOptions): Promise<Server> {
    const dataDir = await mkdtemp(join(tmpdir(), "ticketing-e2e-"));
    const server = new Server(options, dataDir);
    try {
      await server.spawn("127.0.0.1:0");
    } catch (error) {
      server.child?.kill("SIGKILL");
      await rm(dataDir, { recursive: true, force: true });
      throw error;
    }
    return server;
  }

  /** The test causes this warning on purpose. It must then be logged. */
  expectWarning(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  /** Unexpected warnings and errors in its log. */
  get unexpectedLogLines(): string[] {
    const lines = this.output.split("\n");
    const isExpected = (line: string) => this.expected.some((pattern) => pattern.test(line));
    // How long a commit takes is up to the disk of the machine, and to what else it writes.
    const isSlowDisk = (line: string) => line.includes('"message":"slow statement:');
    const all = lines.filter((line) => /"level":"(ERROR|WARN)"|panicked at/.test(line) && !isSlowDisk(line));
    const missing = this.expected.filter((pattern) => !all.some((line) => pattern.test(line)));
    if (missing.length > 0) return missing.map((pattern) => `missing warning: ${pattern}`);
    const warnings = all.filter((line) => !isExpected(line));
    if (!this.isCorrupted) return warnings;
    return warnings.length > 0 ? [] : ["the corrupted database was not logged"];
  }

  /** Renames a column of a service's database while the server is stopped, so that every statement that names it fails. */
  async corrupt(service: string, column: string): Promise<void> {
    const path = join(this.dataDir, `${service}.sqlite`);
    const bytes = await readFile(path, "latin1");
    const corrupted = bytes.replaceAll(column, "z".repeat(column.length));
    if (corrupted === bytes) throw new Error(`${path} has no such column`);
    await writeFile(path, corrupted, "latin1");
    this.isCorrupted = true;
  }

  /** Starts it again, at the same address and with the same data. */
  async restart(): Promise<void> {
    await this.spawn(new URL(this.url).host);
  }

  /** Stops it with SIGTERM. It must exit with success. */
  async stop(): Promise<void> {
    const child = this.child;
    if (!child) return;
    this.child = undefined;
    const ended = exit(child);
    child.kill("SIGTERM");
    const code = await withTimeout(STOP_LIMIT_MS, ended, () => child.kill("SIGKILL"));
    if (code !== 0) throw new Error(`the server exited with ${code}:\n${this.output}`);
  }

  /** Stops it and removes its data. */
  async remove(): Promise<void> {
    await this.stop().finally(() => rm(this.dataDir, { recursive: true, force: true }));
  }

  private async spawn(listen: string): Promise<void> {
    const { hold, paymentExtension, testPaymentDelay, demo, settings } = this.options;
    const args = ["serve", "--listen", listen, "--data-dir", this.dataDir, "--hold", hold];
    args.push("--payment-extension", paymentExtension, "--test-payment-delay", testPaymentDelay);
    // All browsers have the same address.
    if (!settings.includes("--client-rate")) args.push("--client-rate", "0");
    args.push("--log-format", "json", ...(demo ? ["--demo"] : []), ...settings);
    // Environment variables of the shell must not configure the server.
    const env = { PATH: process.env["PATH"] };
    const child = spawn(binary(), args, { env, stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    child.stderr.on("data", (text: Buffer) => (this.output += text));
    const ready = new Promise<string>((found) => {
      let stdout = "";
      child.stdout.on("data", (text: Buffer) => {
        this.output += text;
        const url = /ready: (http:\S+)\n/.exec((stdout += text))?.[1];
        if (url) found(url);
      });
    });
    const failed = exit(child).then((code) => {
      throw new Error(`the server exited with ${code} before it was ready:\n${this.output}`);
    });
    this.url = await withTimeout(START_LIMIT_MS, Promise.race([ready, failed]), () => child.kill("SIGKILL"));
    failed.catch(() => undefined);
  }
}

/** `TICKETING_BIN`, or the path of cargo's release build. */
function binary(): string {
  const target = process.env["CARGO_TARGET_DIR"] || resolve(__dirname, "../../target");
  const path = process.env["TICKETING_BIN"] || join(target, "release/ticketing");
  if (!existsSync(path)) {
    throw new Error(`there is no ${path}; build it with \`cargo leptos build --release\`, or set TICKETING_BIN`);
  }
  return path;
}

function exit(child: ChildProcess): Promise<number | string> {
  return new Promise((ended, failed) => {
    child.once("error", failed);
    child.once("exit", (code, signal) => ended(code ?? signal ?? "unknown"));
  });
}

async function withTimeout<T>(limitMs: number, wanted: Promise<T>, onTimeout: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, failed) => {
    timer = setTimeout(() => {
      onTimeout();
      failed(new Error(`the server took longer than ${limitMs} ms`));
    }, limitMs);
  });
  return Promise.race([wanted, late]).finally(() => clearTimeout(timer));
}
