const ENVELOPE =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:wsa5="http://www.w3.org/2005/08/addressing">';
const soap = (body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${ENVELOPE}<s:Body>${body}</s:Body></s:Envelope>`;

const encoder =
  '<tt:VideoEncoderConfiguration token="e1"><tt:Name>e</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height></tt:Resolution><tt:Quality>4</tt:Quality><tt:RateControl><tt:FrameRateLimit>25</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl><tt:H264><tt:GovLength>50</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264></tt:VideoEncoderConfiguration>';

/** Well-formed answers, one of each kind that is read. */
export const ANSWERS: readonly string[] = [
  soap(
    '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone><tt:UTCDateTime><tt:Time><tt:Hour>1</tt:Hour><tt:Minute>2</tt:Minute><tt:Second>3</tt:Second></tt:Time><tt:Date><tt:Year>2026</tt:Year><tt:Month>11</tt:Month><tt:Day>22</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>',
  ),
  soap(
    '<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/media/wsdl</tds:Namespace><tds:XAddr>http://10.0.0.7:80/onvif/media</tds:XAddr></tds:Service><tds:Service><tds:Namespace>http://www.onvif.org/ver20/media/wsdl</tds:Namespace><tds:XAddr>http://10.0.0.7/onvif/media2</tds:XAddr></tds:Service><tds:Service><tds:Namespace>http://www.onvif.org/ver10/events/wsdl</tds:Namespace><tds:XAddr>http://10.0.0.7/onvif/events</tds:XAddr></tds:Service></tds:GetServicesResponse>',
  ),
  soap(
    `<trt:GetProfilesResponse><trt:Profiles token="p1" fixed="true"><tt:Name>主码流</tt:Name><tt:VideoSourceConfiguration token="v"><tt:SourceToken>s1</tt:SourceToken></tt:VideoSourceConfiguration>${encoder}</trt:Profiles></trt:GetProfilesResponse>`,
  ),
  soap(
    '<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>rtsp://10.0.0.7:554/live?a=1&amp;b=2</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>',
  ),
  soap(
    '<tds:GetDeviceInformationResponse><tds:Manufacturer>M</tds:Manufacturer><tds:Model>X</tds:Model><tds:FirmwareVersion>1</tds:FirmwareVersion><tds:SerialNumber>S</tds:SerialNumber></tds:GetDeviceInformationResponse>',
  ),
  soap(
    '<tds:GetNetworkInterfacesResponse><tt:HwAddress>02:00:00:00:00:01</tt:HwAddress></tds:GetNetworkInterfacesResponse>',
  ),
  soap(
    '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">Sender not Authorized</s:Text></s:Reason></s:Fault>',
  ),
  soap(
    '<tev:PullMessagesResponse><wsnt:NotificationMessage><wsnt:Topic Dialect="d">tns1:VideoSource/MotionAlarm</wsnt:Topic><wsnt:Message><tt:Message UtcTime="2026-11-22T01:02:03Z" PropertyOperation="Changed"><tt:Source><tt:SimpleItem Name="Source" Value="s1"/></tt:Source><tt:Data><tt:SimpleItem Name="State" Value="true"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage></tev:PullMessagesResponse>',
  ),
  soap(
    '<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa5:Address>http://10.0.0.7/sub?Idx=3</wsa5:Address><wsa5:ReferenceParameters><d:Id xmlns:d="urn:d">4</d:Id></wsa5:ReferenceParameters></tev:SubscriptionReference></tev:CreatePullPointSubscriptionResponse>',
  ),
];

export const MESSAGE_ID = 'urn:uuid:11111111-2222-3333-4444-555555555555';

/** A ProbeMatches datagram with two devices. */
export const MATCHES =
  `<?xml version="1.0"?><s:Envelope><s:Header><a:RelatesTo>${MESSAGE_ID}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches>` +
  ['a', 'b']
    .map(
      (name) =>
        `<d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:${name}</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/%E5%8C%97 onvif://www.onvif.org/hardware/X</d:Scopes><d:XAddrs>http://10.0.0.7/onvif/device_service http://[fe80::1%25eth0]/x http://169.254.1.1:80:80/x</d:XAddrs></d:ProbeMatch>`,
    )
    .join('') +
  '</d:ProbeMatches></s:Body></s:Envelope>';

export const CHALLENGES: readonly string[] = [
  'Digest realm="IP Camera(C1)", nonce="5f2c", qop="auth", algorithm=SHA-256, stale=true, Basic realm="x"',
  'Digest realm="x", nonce="y", opaque="z", algorithm=MD5',
];

/** What readers of XML, URLs and headers trip over. */
export const TOKENS: readonly string[] = [
  '<',
  '>',
  '/>',
  '</',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '<?xml',
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '&b;',
  '&#0;',
  '&#x110000;',
  '&#99999999;',
  '<__proto__>',
  '<constructor>',
  '<prototype>',
  '<toString/>',
  ' __proto__="polluted"',
  ' constructor="polluted"',
  '<a b="/>">',
  '<é>',
  '<:>',
  '<a:b:c>',
  'xmlns:__proto__="x"',
  'xmlns=""',
  'http://',
  'rtsp://[',
  ':80:80',
  '%',
  '%ZZ',
  'a'.repeat(5000),
  '<a>'.repeat(100),
  '<a/>'.repeat(6000),
  '\0',
  '\ufeff',
  '"',
  "'",
  '=',
  'PT999999999999S',
  '0000-00-00',
  '-1',
  'NaN',
];
