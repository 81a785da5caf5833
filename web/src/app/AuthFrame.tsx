/** The frame of the pages before sign-in: the mark, one card, the language. */
import { Anchor, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { LANGUAGES } from '../i18n';
import css from './AuthFrame.module.css';
import { useLanguage } from './language';

export function AuthFrame(props: { title: string; text?: string; children: ReactNode }) {
  const { language, switchTo } = useLanguage();
  return (
    <main className={css.page}>
      <div className={css.card}>
        <img src="/icon.svg" width={36} height={36} alt="" />
        <h1 className={css.title}>{props.title}</h1>
        {props.text && <p className={css.text}>{props.text}</p>}
        {props.children}
      </div>
      <Group gap="md" justify="center">
        {LANGUAGES.map(({ value, name }) => (
          <Anchor
            key={value}
            component="button"
            type="button"
            size="sm"
            lang={value}
            c={value === language ? undefined : 'dimmed'}
            fw={value === language ? 600 : 400}
            aria-pressed={value === language}
            onClick={() => void switchTo(value)}
          >
            {name}
          </Anchor>
        ))}
      </Group>
    </main>
  );
}
