/** The sections of an entity's form for the values at hand, without what may not be seen. */
import { useMemo, useState } from 'react';
import type { Field } from '../api/types';
import { kindOf } from '../fields';
import { timeZone } from '../i18n';
import type { JsonObject } from '../lib/json';
import type { Entity } from '../meta/catalogue';
import { useWorkspace } from '../meta/use_meta';
import { type FormSection, formNodes, toSections } from './form_tree';

export function useFormSections(entity: Entity, values: Readonly<JsonObject>): FormSection[] {
  const { catalogue, me } = useWorkspace();
  const [now] = useState(() => Date.now());
  return useMemo(() => {
    const rights = me.entities[entity.name]?.fields ?? {};
    const canRead = (field: Field) =>
      field.built_in === true || field.type === 'inverse' || rights[field.name] !== undefined;
    return toSections(formNodes(entity), {
      entity,
      values,
      scope: { catalogue, me: me.user.id, now, timeZone },
      canRead,
      isWide: (field) => kindOf(field).isWide === true,
    });
  }, [entity, values, catalogue, me, now]);
}
