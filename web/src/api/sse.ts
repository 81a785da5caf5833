/** Reads a Server-Sent Events stream, whatever way its text was cut into chunks. */

export interface ServerEvent {
  event: string;
  data: string;
  id: string | undefined;
}

/** Feed it chunks of text; it calls `emit` for every complete event. */
export function sseReader(emit: (event: ServerEvent) => void): (chunk: string) => void {
  let pending = '';
  let event = '';
  let data: string[] = [];
  let id: string | undefined;

  const line = (text: string) => {
    if (text === '') {
      if (data.length > 0) emit({ event: event || 'message', data: data.join('\n'), id });
      event = '';
      data = [];
      return;
    }
    const colon = text.indexOf(':');
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
    else if (name === 'id') id = value;
  };

  return (chunk) => {
    const lines = (pending + chunk).split(/\r\n|\n|\r(?!$)/);
    pending = lines.pop() ?? '';
    lines.forEach(line);
  };
}
