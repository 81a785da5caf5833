/** What lies over the page: the create form. Opened from anywhere, drawn once by the shell. */
import { create } from 'zustand';
import type { RecordRow } from '../api/types';
import type { JsonObject } from '../lib/json';

export interface CreateRequest {
  entity: string;
  /** Values the form starts with: the link of a related list, the stage of a board's column. */
  presets?: JsonObject;
  onCreated?: (record: RecordRow) => void;
}

interface Sheets {
  /** A stack: a link's picker may ask for one more record while one is being made. */
  creating: CreateRequest[];
  openCreate: (request: CreateRequest) => void;
  closeCreate: () => void;
}

export const useSheets = create<Sheets>((set) => ({
  creating: [],
  openCreate: (request) => set((state) => ({ creating: [...state.creating, request] })),
  closeCreate: () => set((state) => ({ creating: state.creating.slice(0, -1) })),
}));
