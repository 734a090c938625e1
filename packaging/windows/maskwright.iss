; Inno Setup 6.3 or newer: an installer of the standalone build. Build that first (packaging/standalone/build.py), then run
;   iscc /DVersion=X.Y.Z packaging\windows\maskwright.iss
; It installs for one person without administrator rights. Not run yet: it needs Windows.
#ifndef Version
  #error Say the version: iscc /DVersion=X.Y.Z
#endif

[Setup]
AppId={{6E0D7B7A-6B1C-4B9B-9E0B-6B0C0B6B6F11}
AppName=Maskwright
AppVersion={#Version}
AppPublisher=The Maskwright developers
DefaultDirName={autopf}\Maskwright
DefaultGroupName=Maskwright
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\out\standalone\icons\maskwright.ico
UninstallDisplayIcon={app}\maskwright-window.exe
OutputDir=..\..\out
OutputBaseFilename=maskwright-{#Version}-setup
Compression=lzma2
SolidCompression=yes
WizardStyle=modern

[Tasks]
Name: desktopicon; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

; Files of an earlier version that this one does not have would be found beside its own.
[InstallDelete]
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\out\standalone\dist\maskwright\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\Maskwright"; Filename: "{app}\maskwright-window.exe"
Name: "{autodesktop}\Maskwright"; Filename: "{app}\maskwright-window.exe"; Tasks: desktopicon

[Run]
Filename: "{app}\maskwright-window.exe"; Description: "{cm:LaunchProgram,Maskwright}"; Flags: nowait postinstall skipifsilent
