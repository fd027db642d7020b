import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { login } from '../../api/endpoints.ts';
import { ProblemError } from '../../api/problem.ts';
import { sessionQuery } from '../../api/queries.ts';
import { Brand } from '../../shell/brand.tsx';
import { LanguageSwitch } from '../../shell/language-switch.tsx';
import './login.css';

type Fields = { username: string; password: string };

/** What went wrong and what to do, without telling whether the name or the password was the wrong one. */
function loginProblem(t: TFunction, error: unknown): string {
  if (!(error instanceof ProblemError)) return t('login.failed', { code: 'unexpected' });
  if (error.status === 0) return t('login.noAnswer');
  if (error.status === 401) return t('login.wrong');
  if (error.status === 429) {
    const seconds = error.retryAfterSeconds;
    return seconds === undefined ? t('login.throttledSoon') : t('login.throttled', { seconds });
  }
  return t('login.failed', { code: error.code });
}

function LoginForm() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const router = useRouter();
  const { next, ended } = useSearch({ from: '/login' });
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  const onFinish = async ({ username, password }: Fields) => {
    setBusy(true);
    setError(null);
    try {
      client.setQueryData(sessionQuery.queryKey, await login(username, password));
      await router.navigate({ href: next ?? '/duty', replace: true });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Form<Fields>
      layout="vertical"
      size="large"
      requiredMark={false}
      onFinish={onFinish}
      validateTrigger="onSubmit"
    >
      {ended === true && error === null && (
        <Alert type="info" showIcon title={t('login.ended')} role="status" />
      )}
      {error !== null && <Alert type="error" showIcon title={loginProblem(t, error)} role="alert" />}
      <Form.Item
        name="username"
        label={t('login.username')}
        rules={[{ required: true, message: t('login.usernameMissing') }]}
      >
        <Input
          prefix={<UserOutlined />}
          autoComplete="username"
          autoFocus
          maxLength={64}
          spellCheck={false}
        />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('login.password')}
        rules={[{ required: true, message: t('login.passwordMissing') }]}
      >
        <Input.Password prefix={<LockOutlined />} autoComplete="current-password" maxLength={256} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={isBusy}>
        {t('login.submit')}
      </Button>
    </Form>
  );
}

export function LoginPage() {
  const { t } = useTranslation();
  return (
    <div className="login">
      <header className="login-head">
        <Brand />
        <LanguageSwitch />
      </header>
      <main className="login-main" id="main">
        <div className="login-card">
          <h1>{t('login.title')}</h1>
          <p className="login-line">{t('productLine')}</p>
          <LoginForm />
          <p className="login-hint">{t('login.where')}</p>
        </div>
        <p className="login-notice">{t('login.notice')}</p>
      </main>
    </div>
  );
}
