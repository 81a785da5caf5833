/** What is wrong with the script, below the text; a click goes there. */
import { UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconCircleCheck } from '@tabler/icons-react';
import type { ScriptProblem } from '../../api/documents';
import { t } from '../../i18n';
import css from './ScriptPage.module.css';

interface ProblemListProps {
  /** `null` until the first answer. */
  problems: ScriptProblem[] | null;
  onGoTo: (place: { line: number; column: number }) => void;
}

export function ProblemList({ problems, onGoTo }: ProblemListProps) {
  const isClean = problems?.length === 0;
  return (
    <div className={css.problems} role="status">
      <div className={css.status}>
        {problems === null && t.build.scripts.checking}
        {isClean && (
          <>
            <IconCircleCheck className={css.ok} size={16} stroke={1.5} aria-hidden />
            {t.build.scripts.noProblems}
          </>
        )}
        {problems && !isClean && (
          <>
            <IconAlertCircle className={css.bad} size={16} stroke={1.5} aria-hidden />
            {t.build.scripts.problems(problems.length)}
          </>
        )}
      </div>
      {problems?.map((problem) => (
        <UnstyledButton
          key={`${problem.line}:${problem.column}:${problem.message}`}
          className={css.problem}
          onClick={() => onGoTo({ line: problem.line, column: problem.column })}
        >
          <span className={css.where}>{t.build.scripts.line(problem.line, problem.column)}</span>
          <span>{problem.message}</span>
        </UnstyledButton>
      ))}
    </div>
  );
}
