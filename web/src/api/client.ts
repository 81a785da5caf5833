/**
 * The one door to the server: JSON in and out, problems as `ApiError`, an idempotency key on every
 * POST so that a retry after a lost answer is harmless. The session is a SameSite cookie and the
 * server checks Origin and Fetch-Metadata, so no token travels in a header.
 */
import { uuidV7 } from '../lib/uuid';
import { ApiError } from './error';

export { ApiError } from './error';

type Query = Record<string, string | number | boolean | undefined>;
export interface RequestOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  ifMatch?: number;
  /** What the answer shall be; JSON unless said. */
  accept?: string;
  /** One key per intended action; made here when absent. */
  idempotencyKey?: string;
}

const BASE = '/api/v1';
const RETRIES = 2;

let language = 'en';
let onSignedOut: () => void = () => {};

/** Errors come back in this language. */
export function setApiLanguage(next: string): void {
  language = next;
}
/** Called when a request finds the session gone. */
export function setOnSignedOut(run: () => void): void {
  onSignedOut = run;
}

export function apiUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) search.set(key, String(value));
  }
  const text = search.toString();
  return BASE + path + (text ? `?${text}` : '');
}

async function toError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => ({}));
  const problem = typeof body === 'object' && body !== null ? body : {};
  return new ApiError(
    response.status,
    { title: response.statusText, ...problem },
    response.headers.get('retry-after'),
  );
}

/** Sends once; `ApiError` for everything but success and abort. */
export async function send(method: string, path: string, options: RequestOptions) {
  const headers: Record<string, string> = {
    Accept: options.accept ?? 'application/json',
    'Accept-Language': language,
  };
  const isForm = options.body instanceof FormData;
  if (options.body !== undefined && !isForm) headers['Content-Type'] = 'application/json';
  if (options.ifMatch !== undefined) headers['If-Match'] = `"${options.ifMatch}"`;
  if (options.idempotencyKey) headers['Idempotency-Key'] = options.idempotencyKey;
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (options.signal) init.signal = options.signal;
  if (options.body !== undefined) {
    init.body = isForm ? (options.body as FormData) : JSON.stringify(options.body);
  }
  const response = await fetch(apiUrl(path, options.query), init).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, {});
  });
  if (!response.ok) throw await toError(response);
  return response;
}

function mayRetry(error: unknown, method: string): error is ApiError {
  return (
    method === 'POST' && error instanceof ApiError && (error.status === 0 || error.status === 503)
  );
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function request<T>(
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<T> {
  const keyed = method === 'POST' ? { idempotencyKey: uuidV7(), ...options } : options;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await send(method, path, keyed);
      const text = await response.text();
      return (text ? JSON.parse(text) : undefined) as T;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401 && !path.startsWith('/auth/')) {
        onSignedOut();
      }
      if (!mayRetry(error, method) || attempt >= RETRIES || options.signal?.aborted) throw error;
      await pause(Math.min(error.retryAfterMs ?? 300 * 2 ** attempt, 5000));
    }
  }
}

export const api = {
  get: <T>(path: string, options?: RequestOptions) => request<T>('GET', path, options),
  post: <T>(path: string, body?: unknown, options?: RequestOptions) =>
    request<T>('POST', path, { ...options, body: body ?? {} }),
  put: <T>(path: string, body: unknown, options?: RequestOptions) =>
    request<T>('PUT', path, { ...options, body }),
  patch: <T>(path: string, body: unknown, options?: RequestOptions) =>
    request<T>('PATCH', path, { ...options, body }),
  delete: <T>(path: string, options?: RequestOptions) => request<T>('DELETE', path, options),
};
