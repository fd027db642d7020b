import { useTranslation } from 'react-i18next';

/** Names of fields, choices and labels; what has no text is shown as it is. */
export function useNames() {
  const { i18n } = useTranslation();
  const firstOf = (paths: readonly string[], plain: string): string => {
    const texts = paths.map((path): unknown => i18n.getResource(i18n.language, 'translation', path));
    return texts.find((text) => typeof text === 'string') ?? plain;
  };
  return {
    field: (name: string) => firstOf([`rules.field.${name}`], name),
    choice: (name: string) => firstOf([`rules.choice.${name}`], name),
    label: (name: string) =>
      firstOf([`rules.label.${name}`, `event.objects.${name}`, `camera.finding.${name}`], name),
  };
}
