/** The shell's own state: what is open, and whether the sidebar is folded (remembered). */
import { create } from 'zustand';
import { recall, remember } from '../lib/storage';

interface ShellState {
  isFolded: boolean;
  isPaletteOpen: boolean;
  isHelpOpen: boolean;
  toggleSidebar: () => void;
  setPalette: (isOpen: boolean) => void;
  setHelp: (isOpen: boolean) => void;
}

export const useShell = create<ShellState>((set, get) => ({
  isFolded: recall<boolean>('sidebar-folded') ?? false,
  isPaletteOpen: false,
  isHelpOpen: false,
  toggleSidebar: () => {
    const isFolded = !get().isFolded;
    remember('sidebar-folded', isFolded);
    set({ isFolded });
  },
  setPalette: (isPaletteOpen) => set({ isPaletteOpen }),
  setHelp: (isHelpOpen) => set({ isHelpOpen }),
}));
