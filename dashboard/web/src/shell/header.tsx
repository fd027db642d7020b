import { LogoutOutlined, SoundFilled, SoundOutlined, TeamOutlined, UserOutlined } from '@ant-design/icons';
import { Link, useNavigate } from '@tanstack/react-router';
import { App, Button, Dropdown, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Session } from '../api/types.ts';
import { Chip, type Tone } from '../components/chip.tsx';
import { useNow } from '../components/use-now.ts';
import { useTexts } from '../components/use-texts.ts';
import { clockText, dayText, zoneName } from '../i18n/format.ts';
import { type RateLevel, rateLevel } from '../sound/alarm-rate.ts';
import { Brand } from './brand.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { useLiveUpdates } from './live-updates.tsx';
import { useLogout } from './session.tsx';

const PAGES = ['duty', 'wall', 'index', 'events', 'cameras', 'gateways'] as const;
const RATE_TONE: Record<RateLevel, Tone> = { calm: 'good', busy: 'warn', high: 'bad', flood: 'bad' };
const STREAM_TONE = { open: 'good', connecting: 'info', lost: 'bad' } as const;

function Navigation() {
  const { t } = useTranslation();
  return (
    <nav className="nav" aria-label={t('nav.label')}>
      {PAGES.map((page) => (
        <Link key={page} to={`/${page}`} className="nav-link" activeProps={{ 'aria-current': 'page' }}>
          {page === 'wall' ? t('wallPage.nav') : t(`nav.${page}`)}
        </Link>
      ))}
    </nav>
  );
}

function RateMeter() {
  const { t } = useTranslation();
  const { rate } = useLiveUpdates();
  const level = rateLevel(rate);
  const lit = Math.min(5, rate);
  return (
    <Tooltip title={t('rate.hint')}>
      <div className={`rate rate-${level}`} data-testid="alarm-rate">
        <span className="rate-bars" aria-hidden="true">
          {[1, 2, 3, 4, 5].map((step) => (
            <i key={step} className={step <= lit ? 'lit' : ''} />
          ))}
        </span>
        <span className="rate-text">{t('rate.value', { count: rate })}</span>
        <Chip tone={RATE_TONE[level]}>{t(`rate.level.${level}`)}</Chip>
      </div>
    </Tooltip>
  );
}

function SoundButton() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { isSoundOn, setSound } = useLiveUpdates();
  const toggle = () => {
    setSound(!isSoundOn).catch(() => message.error(t('sound.failed')));
  };
  return (
    <Tooltip title={t('sound.hint')}>
      <Button
        className="head-button"
        aria-pressed={isSoundOn}
        icon={isSoundOn ? <SoundFilled /> : <SoundOutlined />}
        type={isSoundOn ? 'primary' : 'default'}
        onClick={toggle}
      >
        {isSoundOn ? t('sound.disable') : t('sound.enable')}
      </Button>
    </Tooltip>
  );
}

function StreamState() {
  const { t } = useTranslation();
  const { status } = useLiveUpdates();
  return (
    <div role="status" aria-label={t('stream.label')} data-testid="stream-state" data-state={status}>
      <Chip tone={STREAM_TONE[status]}>
        <span className={`chip-dot ${status === 'open' ? 'breathing' : ''}`} aria-hidden="true" />
        {t(`stream.${status}`)}
      </Chip>
    </div>
  );
}

function UserMenu({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { problem } = useTexts();
  const logout = useLogout();
  const navigate = useNavigate();
  const { username, role } = session.user;
  const onLogout = () => {
    logout().catch((error: unknown) => message.error(problem(error)));
  };
  const items = [
    { key: 'role', label: t(`header.role.${role}`), disabled: true },
    ...(role === 'admin'
      ? [
          {
            key: 'users',
            label: t('users.title'),
            icon: <TeamOutlined />,
            onClick: () => void navigate({ to: '/users' }),
          },
        ]
      : []),
    { key: 'logout', label: t('header.logout'), icon: <LogoutOutlined />, onClick: onLogout },
  ];
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <Button
        className="head-button"
        icon={<UserOutlined />}
        aria-label={t('header.userMenu', { name: username })}
        aria-haspopup="menu"
      >
        {username}
      </Button>
    </Dropdown>
  );
}

function Clock() {
  const { t, language } = useTexts();
  const now = new Date(useNow(1000));
  return (
    <div className="clock" role="timer" aria-label={t('header.clock')}>
      <time dateTime={now.toISOString()}>{clockText(now)}</time>
      <span>
        {dayText(now, language)} {zoneName(now.getTimezoneOffset())}
      </span>
    </div>
  );
}

export function Header({ session }: { session: Session }) {
  return (
    <header className="header">
      <Brand />
      <Navigation />
      <div className="header-tools">
        <RateMeter />
        <StreamState />
        <SoundButton />
        <LanguageSwitch />
        <UserMenu session={session} />
        <Clock />
      </div>
    </header>
  );
}
