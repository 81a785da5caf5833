/** The forms for new records that are open, one above the other. */
import { useMeta } from '../meta/use_meta';
import { useSheets } from '../ui/sheets';
import { CreateForm } from './CreateForm';

export default function CreateSheets() {
  const { entities } = useMeta();
  const creating = useSheets((state) => state.creating);
  return creating.map((request, level) => {
    const entity = entities.get(request.entity);
    return entity ? <CreateForm key={level} entity={entity} request={request} /> : null;
  });
}
