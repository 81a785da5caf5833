/**
 * A command as a value: button, shortcut, palette and shortcut help all come from it. One file per
 * command in this folder, default-exporting `defineAction({…})`; `index.ts` collects them.
 */
import type { Icon } from '@tabler/icons-react';
import type { NavigateFunction } from 'react-router';
import type { Language } from '../api/types';
import type { Place } from '../lib/paths';
import type { Can } from '../meta/can';
import type { Catalogue, Entity } from '../meta/catalogue';
import type { CreateRequest } from '../ui/sheets';

export interface ActionContext {
  ws: string;
  place: Place | null;
  /** The entity of the page, where it has one. */
  entity: Entity | undefined;
  catalogue: Catalogue;
  can: Can;
  navigate: NavigateFunction;
  openCreate: (request: CreateRequest) => void;
  openPalette: () => void;
  openHelp: () => void;
  toggleSidebar: () => void;
  toggleScheme: () => void;
  setLanguage: (language: Language) => void;
  signOut: () => void;
}

export interface Action {
  id: string;
  /** A verb and its object, read when shown. */
  label: (context: ActionContext) => string;
  icon: Icon;
  group: 'record' | 'go' | 'app';
  /** As in `lib/keys`: `mod+K`, `n`. */
  keys?: string;
  /** Works also while typing in an input. */
  isGlobal?: boolean;
  when?: (context: ActionContext) => boolean;
  run: (context: ActionContext) => void;
}

export function defineAction(action: Action): Action {
  return action;
}
