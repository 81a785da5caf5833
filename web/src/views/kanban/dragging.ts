/** How cards are carried with mouse, finger and keyboard; the adapter to the drag library. */
import {
  KeyboardCode,
  KeyboardSensor,
  MouseSensor,
  TouchSensor,
  closestCenter,
  pointerWithin,
  rectIntersection,
  useSensor,
  useSensors,
  type Announcements,
  type CollisionDetection,
  type KeyboardCoordinateGetter,
} from '@dnd-kit/core';
import { t } from '../../i18n';

/** Movement that turns a press into a drag; a finger must rest first, so that it can scroll. */
const MOUSE_PX = 5;
const TOUCH_MS = 220;
const TOUCH_PX = 8;

/** Left and right go from column to column. */
const toNeighbour: KeyboardCoordinateGetter = (event, { context, currentCoordinates }) => {
  const by =
    event.code === KeyboardCode.Left ? -1 : event.code === KeyboardCode.Right ? 1 : undefined;
  if (by === undefined) return undefined;
  event.preventDefault();
  const columns = [...context.droppableRects].toSorted(([, a], [, b]) => a.left - b.left);
  const now = columns.findIndex(([id]) => id === context.over?.id);
  const rect = columns[Math.min(Math.max(now + by, 0), columns.length - 1)]?.[1];
  return rect ? { x: rect.left + 8, y: rect.top + 48 } : currentCoordinates;
};

export function useBoardSensors() {
  return useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: MOUSE_PX } }),
    useSensor(TouchSensor, { activationConstraint: { delay: TOUCH_MS, tolerance: TOUCH_PX } }),
    useSensor(KeyboardSensor, {
      coordinateGetter: toNeighbour,
      // Enter opens a card, so only Space picks it up.
      keyboardCodes: {
        start: [KeyboardCode.Space],
        cancel: [KeyboardCode.Esc],
        end: [KeyboardCode.Space, KeyboardCode.Enter],
      },
    }),
  );
}

/** The column under the pointer; with the keyboard the one nearest to the carried card. */
export const columnUnder: CollisionDetection = (args) => {
  if (!args.pointerCoordinates) return closestCenter(args);
  const within = pointerWithin(args);
  return within.length > 0 ? within : rectIntersection(args);
};

/** What a screen reader hears. `titleOf` names cards, `nameOf` names columns. */
export function boardAnnouncements(
  titleOf: (id: string) => string,
  nameOf: (key: string) => string,
): Announcements {
  const { board } = t.views;
  return {
    onDragStart: ({ active }) => {
      const column = active.data.current?.['column'] as string | undefined;
      return board.picked(titleOf(String(active.id)), nameOf(column ?? ''));
    },
    onDragOver: ({ over }) => (over ? board.over(nameOf(String(over.id))) : undefined),
    onDragEnd: ({ active, over }) =>
      over
        ? board.dropped(titleOf(String(active.id)), nameOf(String(over.id)))
        : board.cancelled(titleOf(String(active.id))),
    onDragCancel: ({ active }) => board.cancelled(titleOf(String(active.id))),
  };
}
