// Follows `GET /live` for every window of this browser that shows the same visitor's pages: as a shared worker, because a
// browser opens few connections to one server, and a seventh window would wait for ever. Where there are no shared workers,
// a window imports this file and follows by itself.
//
// A window sends the position that its page was made at when it begins to listen, and `null` when it stops.
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
    // The stream may have sent already what happened since that page was made.
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
    // A refusal ends it for good, where a lost connection does not.
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
