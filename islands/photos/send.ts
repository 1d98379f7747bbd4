const WAITS_S = [3, 6, 12, 24, 30, 30];
const AGAIN = new Set([0, 502, 503, 504]);

export interface Answer {
  status: number;
  url: string;
  location: string;
  type: string;
  text: string;
  retryAfter: number;
}

export interface Progress {
  sent: (percent: number) => void;
  waits: (seconds: number) => void;
}

/** Sends until an answer comes; a dropped network or a server that restarts is waited for. Null after the last try. */
export async function send(url: string, method: string, data: FormData, progress: Progress): Promise<Answer | null> {
  for (const wait of [...WAITS_S, 0]) {
    const answer = await post(url, method, data, progress.sent);
    if (!AGAIN.has(answer.status)) return answer;
    if (wait > 0) await pause(Math.max(wait, answer.retryAfter), progress.waits);
  }
  return null;
}

function post(url: string, method: string, data: FormData, sent: (percent: number) => void): Promise<Answer> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.setRequestHeader("X-Upload", "1");
    request.setRequestHeader("Accept", "text/html");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) sent(Math.floor((100 * event.loaded) / event.total));
    };
    request.onloadend = () =>
      resolve({
        status: request.status,
        url: request.responseURL,
        location: request.getResponseHeader("X-Location") ?? "",
        type: request.getResponseHeader("Content-Type") ?? "",
        text: request.responseText,
        retryAfter: Number(request.getResponseHeader("Retry-After")) || 0,
      });
    request.send(data);
  });
}

/** Waits, second by second, or until the browser is back online. */
function pause(seconds: number, tell: (seconds: number) => void): Promise<void> {
  return new Promise((resolve) => {
    let left = seconds;
    tell(left);
    const done = (): void => {
      window.clearInterval(timer);
      window.removeEventListener("online", done);
      resolve();
    };
    const timer = window.setInterval(() => {
      left -= 1;
      if (left <= 0) done();
      else tell(left);
    }, 1_000);
    window.addEventListener("online", done);
  });
}
