import { useQueryClient } from '@tanstack/react-query';
import { Form, Input, Modal, Select } from 'antd';
import { addUser, usersQuery } from '../../api/safety-index.ts';
import type { Role } from '../../api/safety-index-types.ts';
import { useAction } from '../../components/use-action.ts';
import { useTexts } from '../../components/use-texts.ts';

type Fields = { username: string; password: string; role: Role };
const ROLES: readonly Role[] = ['analyst', 'operator', 'viewer', 'admin'];
const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 256;
const NAME = /^\S{2,64}$/;

/** Name, first password and role of a new user. */
export function AddUser({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const { isBusy, run } = useAction();
  const [form] = Form.useForm<Fields>();
  const add = async (fields: Fields) => {
    const isDone = await run(async () => {
      await addUser(fields);
      await client.invalidateQueries({ queryKey: usersQuery.queryKey });
      return t('users.added', { name: fields.username });
    });
    if (isDone) onClose();
  };
  return (
    <Modal
      open
      title={t('users.add')}
      okText={t('users.save')}
      cancelText={t('users.cancel')}
      confirmLoading={isBusy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ role: 'analyst' }}
        onFinish={(fields) => void add(fields)}
      >
        <Form.Item
          name="username"
          label={t('users.username')}
          rules={[{ required: true, pattern: NAME, message: t('users.usernameRule') }]}
        >
          <Input autoComplete="off" autoFocus />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('users.password')}
          rules={[
            {
              required: true,
              min: SHORTEST_PASSWORD,
              max: LONGEST_PASSWORD,
              message: t('users.passwordRule'),
            },
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="role" label={t('users.role')}>
          <Select
            options={ROLES.map((role) => ({
              value: role,
              label: `${t(`users.roleName.${role}`)} · ${t(`users.roleHint.${role}`)}`,
            }))}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
