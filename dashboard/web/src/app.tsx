import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { whenUnauthorized } from './api/client.ts';
import { ProblemError } from './api/problem.ts';
import { sessionQuery } from './api/queries.ts';
import { cspNonce } from './csp.ts';
import { createAppRouter } from './router.tsx';
import { appTheme } from './theme.ts';

/** Answers that will be the same however often they are asked for. */
const isFinal = (error: unknown): boolean =>
  error instanceof ProblemError && error.status >= 400 && error.status < 500 && error.status !== 429;

const client = new QueryClient({
  queryCache: new QueryCache(),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => !isFinal(error) && count < 3,
    },
  },
});
const router = createAppRouter(client);

whenUnauthorized(() => {
  if (client.getQueryData(sessionQuery.queryKey) === null) return;
  client.setQueryData(sessionQuery.queryKey, null);
  void router.invalidate();
});

export function App() {
  const { i18n } = useTranslation();
  const isEnglish = i18n.language === 'en';
  const csp = useMemo(() => (cspNonce === undefined ? {} : { csp: { nonce: cspNonce } }), []);
  return (
    <ConfigProvider locale={isEnglish ? enUS : zhCN} theme={appTheme} {...csp}>
      <AntApp className="app" message={{ maxCount: 3, top: 68 }}>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
