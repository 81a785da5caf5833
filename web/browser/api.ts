/** The few calls to the API that journeys need to prepare records and to check what was stored. */
import { type APIRequestContext, expect } from '@playwright/test';

export type Row = { id: string; revision: number } & Record<string, unknown>;
type Values = Record<string, unknown>;

const WS = '/api/v1/w/demo';

export class Api {
  readonly context: APIRequestContext;

  constructor(context: APIRequestContext) {
    this.context = context;
  }

  private async send(method: string, path: string, data?: unknown): Promise<unknown> {
    const answer = await this.context.fetch(path, { method, ...(data ? { data } : {}) });
    expect(answer.ok(), `${method} ${path}: ${await answer.text()}`).toBe(true);
    return answer.status() === 204 ? null : answer.json();
  }

  async create(entity: string, values: Values): Promise<Row> {
    return (await this.send('POST', `${WS}/records/${entity}`, values)) as Row;
  }

  async read(entity: string, id: string): Promise<Row> {
    return (await this.send('GET', `${WS}/records/${entity}/${id}`)) as Row;
  }

  async list(entity: string, filter: unknown): Promise<Row[]> {
    const query = `filter=${encodeURIComponent(JSON.stringify(filter))}&limit=50`;
    const reply = await this.send('GET', `${WS}/records/${entity}?${query}`);
    return (reply as { records: Row[] }).records;
  }

  async count(entity: string, filter: unknown): Promise<number> {
    const query = `filter=${encodeURIComponent(JSON.stringify(filter))}&limit=1&count=true`;
    const reply = await this.send('GET', `${WS}/records/${entity}?${query}`);
    return (reply as { count: number }).count;
  }

  async setLanguage(locale: 'en' | 'zh-CN'): Promise<void> {
    await this.send('PATCH', `${WS}/me`, { locale });
  }

  async openApi(): Promise<string> {
    return JSON.stringify(await this.send('GET', `${WS}/openapi.json`));
  }
}
