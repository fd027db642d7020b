/** The network self-check. */
export const checkTexts = {
  lead: 'Make sure that the gateway itself is well before looking for cameras.',
  running: 'Checking…',
  again: 'Check again',
  goOn: 'Go on anyway',
  at: 'Checked at {{time}}',
  ok: 'Good',
  warning: 'Attention',
  failed: 'Failed',
  unknown: 'Unknown',
  remedy: 'What to do: ',
  names: {
    address: 'Network address',
    gateway: 'Default gateway',
    dns: 'Name resolution',
    time: 'Time',
    centre: 'Centre',
    disk: 'Disk',
    cpu: 'Processor load',
    temperature: 'Temperature',
  },
  causes: {
    'no-address': {
      what: 'No IPv4 address',
      remedy: 'Check cable and switch port; see that DHCP is on, or set a fixed address',
    },
    'link-local-only': {
      what: 'Only a self-assigned address (169.254)',
      remedy: 'DHCP does not answer: check the router, or set a fixed address',
    },
    'no-default-route': {
      what: 'No default gateway',
      remedy: 'Set one if the centre is in another network; an isolated network needs none',
    },
    'gateway-silent': {
      what: 'The default gateway does not answer',
      remedy: 'Check the uplink cable and the router; check the address of the default gateway',
    },
    'name-unknown': {
      what: 'The centre’s name is not known',
      remedy: 'Check the centre’s address in the credentials file and the records of the DNS server',
    },
    'resolver-silent': {
      what: 'The DNS server does not answer',
      remedy: 'Check the address of the DNS server, or name the centre by its IP address',
    },
    'clock-off': {
      what: 'The clock is too far from the centre’s',
      remedy: 'Set an NTP server on the gateway, wait until it has set the time, and check again',
    },
    'clock-implausible': {
      what: 'The clock is plainly wrong',
      remedy: 'Set the gateway’s time now; check the battery of its board',
    },
    'clock-not-compared': {
      what: 'Not compared with the centre yet',
      remedy: 'It is compared as soon as the centre is connected; look at the time shown until then',
    },
    'centre-refuses': {
      what: 'The centre refuses the connection (port closed)',
      remedy: 'See that the centre runs and the port is right; you can go on, events are kept here',
    },
    'centre-unreachable': {
      what: 'The centre cannot be reached',
      remedy: 'Check uplink and firewall; you can go on, events are kept here',
    },
    'centre-name-unknown': {
      what: 'The centre’s name cannot be found',
      remedy: 'Mend name resolution first',
    },
    'centre-rejects': {
      what: 'The centre is there but there is no session',
      remedy: 'See that this gateway’s credentials are registered at the centre; check again in a moment',
    },
    'disk-full': {
      what: 'The disk is almost full',
      remedy: 'Make room or fit a larger disk; evidence cannot be kept otherwise',
    },
    'disk-low': {
      what: 'Little disk space',
      remedy: 'Evidence is kept for a shorter time; fit a larger disk',
    },
    'cpu-busy': {
      what: 'The processor is overloaded',
      remedy: 'Use fewer cameras or fewer pictures a second',
    },
    'too-hot': {
      what: 'Too hot',
      remedy: 'Cool it now: remove dust, check the fan, keep it out of the sun',
    },
    warm: { what: 'Rather warm', remedy: 'Let more air in, keep it out of the sun' },
    'no-sensor': { what: 'This machine has no temperature sensor to read', remedy: 'Nothing to do' },
    'not-readable': {
      what: 'Cannot be read',
      remedy: 'See that the data folder exists and can be read and written',
    },
  },
};
