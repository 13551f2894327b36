// Follows `GET /live` for all windows of this browser that belong to the same visitor: as a shared worker, because browsers
// open only six connections to a server, and a seventh window would wait forever. Without shared workers, each window imports
// this file and follows on its own.
//
// A window sends the position at which its page was rendered when it starts to listen, and `null` when it stops.
const KINDS = ["listed", "ticket", "order", "payment", "reset"];
const RETRY_MS = 5_000;

const ports = new Set();
let source;
let retry;
let position;

export function connect(port) {
  port.onmessage = ({ data }) => (data === null ? leave(port) : join(port, data));
}

globalThis.onconnect = ({ ports: [port] }) => connect(port);

function join(port, after) {
  const isFirst = ports.size === 0;
  ports.add(port);
  if (isFirst) {
    position = after;
    open();
  } else {
    // The stream may already have sent events that happened since that page was rendered.
    port.postMessage({ kind: "reset", data: "{}", position });
  }
}

function leave(port) {
  ports.delete(port);
  if (ports.size === 0) close();
}

function open() {
  source = new EventSource(`/live?after=${encodeURIComponent(position)}`);
  for (const kind of KINDS) source.addEventListener(kind, publish);
  source.onerror = () => {
    // A refused connection is closed for good; a lost one reconnects automatically.
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    retry = setTimeout(open, RETRY_MS);
  };
}

function close() {
  clearTimeout(retry);
  source?.close();
  source = undefined;
}

function publish({ type, data, lastEventId }) {
  position = lastEventId || position;
  for (const port of ports) port.postMessage({ kind: type, data, position });
}
