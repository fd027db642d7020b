/** What was asked of the head, in order, and where it moves now. */
export class PtzHead {
  /** Speeds now; all 0 when it stands. */
  speed = { pan: 0, tilt: 0, zoom: 0 };
  readonly log: string[] = [];
  readonly presets = new Map<string, string>([['preset_1', '大门']]);

  move(speed: { pan: number; tilt: number; zoom: number }): void {
    this.speed = speed;
    this.log.push(`move ${speed.pan} ${speed.tilt} ${speed.zoom}`);
  }

  stop(): void {
    this.speed = { pan: 0, tilt: 0, zoom: 0 };
    this.log.push('stop');
  }

  goTo(token: string): boolean {
    if (!this.presets.has(token)) return false;
    this.log.push(`goto ${token}`);
    return true;
  }

  save(name: string): string {
    const token = `preset_${this.presets.size + 1}`;
    this.presets.set(token, name);
    return token;
  }
}
