/** Short notes at the edge of the screen. What draws them comes with the first one. */
import { create } from 'zustand';

/** Whether the place for notes must be on the page. */
export const useHasNotes = create<boolean>(() => false);

async function load() {
  const { notes } = await import('./notes');
  useHasNotes.setState(true, true);
  return notes;
}

export const toast = {
  done(message: string, undo?: () => void): void {
    void load().then((notes) => notes.done(message, undo));
  },
  error(error: unknown): void {
    void load().then((notes) => notes.error(error));
  },
};
