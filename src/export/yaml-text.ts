// YAML as older readers have it too: to the one of kubectl, and to that of Python, `yes` and `1:30` are no texts (YAML 1.1).
import { Document, visit } from 'yaml';

export function yamlText(value: unknown): string {
  const document = new Document(value, { schema: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      if (node.value === '=' || node.value === '<<') node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 });
}
