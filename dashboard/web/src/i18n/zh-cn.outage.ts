/** 网络中断报警的文字。 */
export const outageTexts = {
  outage: {
    network: '网段 {{network}} 的 {{total}} 台摄像机中有 {{fallen}} 台同时离线：先查交换机、光纤收发器和供电',
    host: '主机 {{network}} 的 {{total}} 路码流中有 {{fallen}} 路同时中断：先查该录像机或编码器',
    gateway: '多个网段的 {{total}} 台摄像机中有 {{fallen}} 台同时离线：先查网关自身的网线和上级交换机',
    cameras: '受影响的摄像机',
    more: '另有 {{left}} 台',
  },
} as const;
