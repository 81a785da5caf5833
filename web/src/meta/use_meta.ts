/** The workspace around a page: who asks, what was built. Provided once by `app/Workspace`. */
import { createContext, useContext } from 'react';
import type { WorkspaceMe } from '../api/types';
import type { Catalogue } from './catalogue';

export interface WorkspaceContext {
  ws: string;
  me: WorkspaceMe;
  catalogue: Catalogue;
}

const Context = createContext<WorkspaceContext | null>(null);
export const WorkspaceProvider = Context.Provider;

export function useWorkspace(): WorkspaceContext {
  const value = useContext(Context);
  if (!value) throw new Error('useWorkspace needs a WorkspaceProvider above it');
  return value;
}

export function useMeta(): Catalogue {
  return useWorkspace().catalogue;
}

/** The workspace's slug, the first argument of most calls. */
export function useWs(): string {
  return useWorkspace().ws;
}
