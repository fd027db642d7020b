import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm, Table, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { disableUser, usersQuery } from '../../api/safety-index.ts';
import type { UserItem } from '../../api/safety-index-types.ts';
import { Chip } from '../../components/chip.tsx';
import { Page } from '../../components/page.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useAction } from '../../components/use-action.ts';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';
import { useIsAdmin, useSession } from '../../shell/session.tsx';
import { AddUser } from './add-user.tsx';

const PAGE_SIZE = 50;

function DisableButton({ user }: { user: UserItem }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const { isBusy, run } = useAction();
  const disable = () =>
    void run(async () => {
      await disableUser(user.id);
      await client.invalidateQueries({ queryKey: usersQuery.queryKey });
      return t('users.disableDone', { name: user.username });
    });
  return (
    <Popconfirm
      title={t('users.disableAsk', { name: user.username })}
      description={t('users.disableHint')}
      okText={t('users.disable')}
      cancelText={t('users.cancel')}
      onConfirm={disable}
    >
      <Button size="small" danger loading={isBusy}>
        {t('users.disable')}
      </Button>
    </Popconfirm>
  );
}

function useColumns(self: string): TableColumnsType<UserItem> {
  const { t } = useTexts();
  return useMemo(
    () => [
      {
        title: t('users.username'),
        render: (_, { username }) => (
          <>
            <b>{username}</b> {username === self && <Chip tone="info">{t('users.self')}</Chip>}
          </>
        ),
      },
      {
        title: t('users.role'),
        render: (_, { role }) => (
          <>
            {t(`users.roleName.${role}`)} <span className="quiet">{t(`users.roleHint.${role}`)}</span>
          </>
        ),
      },
      {
        title: t('users.state'),
        width: 120,
        render: (_, { disabled }) => (
          <Chip tone={disabled ? 'quiet' : 'good'}>
            {disabled ? t('users.disabled') : t('users.enabled')}
          </Chip>
        ),
      },
      { title: t('users.createdAt'), width: 190, render: (_, { createdAt }) => timeText(createdAt) },
      {
        title: t('safety.actions'),
        width: 120,
        render: (_, user) => !user.disabled && user.username !== self && <DisableButton user={user} />,
      },
    ],
    [t, self],
  );
}

/** 用户: who may sign in, with which role; for administrators. */
export function UsersPage() {
  const { t } = useTexts();
  const session = useSession();
  const isAdmin = useIsAdmin();
  const [isAdding, setAdding] = useState(false);
  const query = useQuery({ ...usersQuery, enabled: isAdmin });
  const users = query.data?.items ?? [];
  const columns = useColumns(session?.user.username ?? '');
  if (!isAdmin) {
    return (
      <Page title={t('users.title')}>
        <div className="note">{t('users.adminOnly')}</div>
      </Page>
    );
  }
  return (
    <Page
      title={t('users.title')}
      count={t('users.total', { count: users.length })}
      tools={
        <Button type="primary" onClick={() => setAdding(true)}>
          {t('users.add')}
        </Button>
      }
    >
      <QueryNote query={query} isEmpty={users.length === 0} empty={t('common.loading')}>
        <Table<UserItem>
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={users}
          pagination={users.length > PAGE_SIZE ? { pageSize: PAGE_SIZE, showSizeChanger: false } : false}
          scroll={{ x: 900 }}
          aria-label={t('users.list')}
        />
      </QueryNote>
      {isAdding && <AddUser onClose={() => setAdding(false)} />}
    </Page>
  );
}
