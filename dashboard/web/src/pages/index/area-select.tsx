import { TreeSelect } from 'antd';
import { useMemo } from 'react';
import { childrenOf, rootsOf, withoutSample } from '../../components/area-tree.ts';
import { useTexts } from '../../components/use-texts.ts';
import { useAreas } from './area-trail.tsx';

type Props = { label: string; value: string | null; onChange: (code: string) => void };
type Branch = { value: string; title: string; children: Branch[] };

/** One area out of the tree, by opening branches or by typing a part of its name. */
export function AreaSelect({ label, value, onChange }: Props) {
  const { pick } = useTexts();
  const { areas } = useAreas();
  const tree = useMemo(() => {
    const nodes = areas.map((area) => ({ ...area, score: null }));
    const branch = (node: (typeof nodes)[number]): Branch => ({
      value: node.code,
      title: withoutSample(pick(node.name)),
      children: childrenOf(nodes, node.code).map(branch),
    });
    return rootsOf(nodes).map(branch);
  }, [areas, pick]);
  return (
    <TreeSelect
      className="area-select"
      aria-label={label}
      value={value}
      treeData={tree}
      showSearch={{ treeNodeFilterProp: 'title' }}
      treeDefaultExpandedKeys={tree.map((one) => one.value)}
      popupMatchSelectWidth={260}
      onChange={(code: string | null) => code !== null && onChange(code)}
    />
  );
}
