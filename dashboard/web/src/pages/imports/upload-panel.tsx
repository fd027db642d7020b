import { DownloadOutlined, InboxOutlined } from '@ant-design/icons';
import { Button, Upload } from 'antd';
import { download, templateUrl } from '../../api/safety-index.ts';
import type { ImportKind } from '../../api/safety-index-types.ts';
import { Panel } from '../../components/panel.tsx';
import { useAction } from '../../components/use-action.ts';
import { useTexts } from '../../components/use-texts.ts';

type Props = { kind: ImportKind; isBusy: boolean; onFile: (file: File) => void };

/** Takes a file by click, key or drop, and offers templates of what it should look like. */
export function UploadPanel({ kind, isBusy, onFile }: Props) {
  const { t } = useTexts();
  const { run } = useAction();
  const take = (format: 'csv' | 'xlsx', name: string) =>
    void run(async () => {
      await download(templateUrl(kind, format));
      return name;
    });
  return (
    <Panel title={t('imports.uploadTitle', { kind: t(`imports.kind.${kind}`) })} className="upload">
      <p className="page-hint">{t(`imports.kindHint.${kind}`)}</p>
      <Upload.Dragger
        accept=".csv,.xlsx"
        maxCount={1}
        showUploadList={false}
        disabled={isBusy}
        beforeUpload={(file) => {
          onFile(file);
          return false;
        }}
      >
        <div className="upload-text">
          {isBusy ? <span className="spinner" aria-hidden="true" /> : <InboxOutlined aria-hidden="true" />}
          <b>{t('imports.upload')}</b>
          <span className="quiet">{t('imports.uploadHint')}</span>
        </div>
      </Upload.Dragger>
      <div className="upload-templates">
        <Button icon={<DownloadOutlined />} onClick={() => take('csv', t('imports.templateCsv'))}>
          {t('imports.templateCsv')}
        </Button>
        <Button icon={<DownloadOutlined />} onClick={() => take('xlsx', t('imports.templateXlsx'))}>
          {t('imports.templateXlsx')}
        </Button>
      </div>
    </Panel>
  );
}
